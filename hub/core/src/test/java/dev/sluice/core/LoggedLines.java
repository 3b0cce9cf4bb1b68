package dev.sluice.core;

import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;

/// Records what a logger is told while this is open. Tests that use the same logger may run at the same time.
public final class LoggedLines extends Handler implements AutoCloseable {
    private final Logger log;
    private final List<LogRecord> records = new CopyOnWriteArrayList<>();
    private final BlockingQueue<LogRecord> unread = new LinkedBlockingQueue<>();

    public LoggedLines(Class<?> type) {
        this(type.getName());
    }

    /// @param logger its name: of a class, mostly
    public LoggedLines(String logger) {
        log = Logger.getLogger(logger);
        log.addHandler(this);
    }

    /// Makes the logger log at all levels.
    public LoggedLines atAllLevels() {
        log.setLevel(Level.ALL);
        return this;
    }

    /// In their order, with times and levels.
    public List<LogRecord> records() {
        return records;
    }

    /// In their order, without times and levels.
    public List<String> lines() {
        return records.stream().map(LogRecord::getMessage).toList();
    }

    /// The lines that contain a text.
    public List<String> lines(String about) {
        return lines().stream().filter(line -> line.contains(about)).toList();
    }

    /// Waits for the next line.
    public String next() throws InterruptedException {
        LogRecord next = unread.poll(60, TimeUnit.SECONDS);
        return next == null ? "no line" : next.getMessage();
    }

    @Override
    public void publish(LogRecord line) {
        records.add(line);
        unread.add(line);
    }

    @Override
    public void flush() {}

    @Override
    public void close() {
        log.removeHandler(this);
        log.setLevel(null);
    }
}
