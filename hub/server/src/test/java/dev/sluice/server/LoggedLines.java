package dev.sluice.server;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;

/// Records what a logger is told while this is open, instead of printing it.
public final class LoggedLines extends Handler implements AutoCloseable {
    private final Logger log;
    private final List<String> lines = new CopyOnWriteArrayList<>();

    /// @param logger its name: of a class, mostly
    public LoggedLines(String logger) {
        log = Logger.getLogger(logger);
        log.addHandler(this);
        log.setUseParentHandlers(false);
    }

    /// In their order, without times and levels.
    public List<String> lines() {
        return lines;
    }

    /// The lines that contain a text: tests that use the same logger run at the same time.
    public List<String> lines(String about) {
        return lines.stream().filter(line -> line.contains(about)).toList();
    }

    @Override
    public void publish(LogRecord message) {
        lines.add(message.getMessage());
    }

    @Override
    public void flush() {}

    @Override
    public void close() {
        log.setUseParentHandlers(true);
        log.removeHandler(this);
    }
}
