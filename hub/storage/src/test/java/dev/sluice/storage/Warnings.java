package dev.sluice.storage;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;

/// Records the warnings that a class of the log logs while this is open.
public final class Warnings extends Handler implements AutoCloseable {
    private final Logger log;
    private final List<String> lines = new CopyOnWriteArrayList<>();

    private final String about;

    private Warnings(Logger log, String about) {
        this.log = log;
        this.about = about;
    }

    static Warnings of(Class<?> type) {
        return of(type, "");
    }

    /// Only lines that contain this text: tests of other logs run at the same time.
    public static Warnings of(Class<?> type, String about) {
        Warnings warnings = new Warnings(Logger.getLogger(type.getName()), about);
        warnings.log.addHandler(warnings);
        warnings.log.setUseParentHandlers(false);
        return warnings;
    }

    public List<String> lines() {
        return lines;
    }

    @Override
    public void publish(LogRecord line) {
        if (line.getMessage().contains(about)) lines.add(line.getLevel() + " " + line.getMessage());
    }

    @Override
    public void flush() {}

    @Override
    public void close() {
        log.setUseParentHandlers(true);
        log.removeHandler(this);
    }
}
