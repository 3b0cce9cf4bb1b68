package dev.sluice.demos;

import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.logging.Formatter;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;

/// Holds the newest records of this process' log until they are drained, and with them the pulse of [Logs],
/// which is too detailed for other handlers: they keep their levels.
final class LogTail extends Handler {
    /// Its records name the addresses of other visitors.
    private static final String ACCESS = "dev.sluice.access";

    private static final int LINES_MAX = 200;
    private static final int LINE_CHARS_MAX = 1_000;

    /// A record of the log.
    ///
    /// @param level  as the logging of the JDK calls it: `INFO`, `WARNING`, `FINE`
    /// @param logger the simple name of the class that wrote it
    record Line(Instant time, String level, String logger, String text) {}

    /// The message alone. The JDK's own formatters bring the formats of the language and the time zone, which takes a
    /// thirtieth of a start.
    private static final Formatter MESSAGE = new Formatter() {
        @Override
        public String format(LogRecord record) {
            return formatMessage(record);
        }
    };

    private final Deque<Line> lines = new ArrayDeque<>();

    // The JDK forgets loggers that nobody refers to, with their handlers and levels.
    private static final Logger ALL = Logger.getLogger("dev.sluice");
    private static final Logger PULSE = Logger.getLogger(Logs.class.getName());
    private static final Set<LogTail> OPEN = new HashSet<>();

    /// Begins to hold records. Several hubs of one process may have a tail each.
    void open() {
        synchronized (OPEN) {
            OPEN.add(this);
            ALL.addHandler(this);
            if (!PULSE.isLoggable(Level.FINE)) PULSE.setLevel(Level.FINE);
        }
    }

    /// Runs on the thread that logs, which may be an event loop: it only adds a line.
    @Override
    public void publish(LogRecord record) {
        if (ACCESS.equals(record.getLoggerName())) return;
        Line line = line(record);
        synchronized (lines) {
            if (lines.size() == LINES_MAX) lines.removeFirst();
            lines.addLast(line);
        }
    }

    private Line line(LogRecord record) {
        String text = MESSAGE.format(record);
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
        synchronized (OPEN) {
            ALL.removeHandler(this);
            if (OPEN.remove(this) && OPEN.isEmpty()) PULSE.setLevel(null);
        }
    }
}
