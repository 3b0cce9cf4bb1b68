package dev.sluice.demos;

import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.logging.Formatter;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.logging.SimpleFormatter;

/// Holds the newest records of this process' log until they are drained. Adds the detailed records of two loggers,
/// which
/// are not written otherwise: streams that end, and the pulse of [Logs]. Other handlers keep their levels.
final class LogTail extends Handler {
    private static final int LINES_MAX = 200;
    private static final int LINE_CHARS_MAX = 1_000;

    /// A record of the log.
    ///
    /// @param level  as the logging of the JDK calls it: `INFO`, `WARNING`, `FINE`
    /// @param logger the simple name of the class that wrote it
    record Line(Instant time, String level, String logger, String text) {}

    private final Formatter formatter = new SimpleFormatter();
    private final Deque<Line> lines = new ArrayDeque<>();

    // The JDK forgets loggers that nobody refers to, with their handlers and levels.
    private final Logger all = Logger.getLogger("dev.sluice");
    private final List<Logger> detailed =
            List.of(Logger.getLogger("dev.sluice.server.StreamEndLog"), Logger.getLogger(Logs.class.getName()));

    void open() {
        all.addHandler(this);
        for (Logger each : detailed) {
            if (!each.isLoggable(Level.FINE)) each.setLevel(Level.FINE);
        }
    }

    /// Runs on the thread that logs, which may be an event loop: it only adds a line.
    @Override
    public void publish(LogRecord record) {
        Line line = line(record);
        synchronized (lines) {
            if (lines.size() == LINES_MAX) lines.removeFirst();
            lines.addLast(line);
        }
    }

    private Line line(LogRecord record) {
        String text = formatter.formatMessage(record);
        Throwable thrown = record.getThrown(); // Its message may contain paths of this machine.
        if (thrown != null) text += " (" + thrown.getClass().getSimpleName() + ")";
        String name = String.valueOf(record.getLoggerName());
        return new Line(
                record.getInstant(),
                record.getLevel().getName(),
                name.substring(name.lastIndexOf('.') + 1),
                text.substring(0, Math.min(text.length(), LINE_CHARS_MAX)));
    }

    /// Returns the lines since the last call, the oldest first.
    List<Line> drain() {
        synchronized (lines) {
            List<Line> drained = new ArrayList<>(lines);
            lines.clear();
            return drained;
        }
    }

    @Override
    public void flush() {
        // Nothing is buffered elsewhere.
    }

    @Override
    public void close() {
        all.removeHandler(this);
        for (Logger each : detailed) each.setLevel(null);
    }
}
