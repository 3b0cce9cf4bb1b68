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

/// Holds the newest records of this process's log until they are drained. It also captures the periodic
/// records of [Logs], which are too detailed for other handlers; the levels of those stay unchanged.
final class LogTail extends Handler {
    /// Access records are excluded, because they name the addresses of other visitors.
    private static final String ACCESS = "dev.sluice.access";

    private static final int LINES_MAX = 200;
    private static final int LINE_CHARS_MAX = 1_000;

    /// A record of the log.
    ///
    /// @param level  the level as the JDK names it: `INFO`, `WARNING`, `FINE`
    /// @param logger the simple name of the class that wrote the record
    record Line(Instant time, String level, String logger, String text) {}

    /// Formats only the message. The JDK's own formatters load the formats of the language and the time zone,
    /// which takes a thirtieth of the hub's start.
    private static final Formatter MESSAGE = new Formatter() {
        @Override
        public String format(LogRecord record) {
            return formatMessage(record);
        }
    };

    private final Deque<Line> lines = new ArrayDeque<>();

    // Strong references: the JDK drops unreferenced loggers together with their handlers and levels.
    private static final Logger ALL = Logger.getLogger("dev.sluice");
    private static final Logger PULSE = Logger.getLogger(Logs.class.getName());
    private static final Set<LogTail> OPEN = new HashSet<>();

    /// Starts holding records. Several hubs of one process may each have a tail.
    void open() {
        synchronized (OPEN) {
            OPEN.add(this);
            ALL.addHandler(this);
            if (!PULSE.isLoggable(Level.FINE)) PULSE.setLevel(Level.FINE);
        }
    }

    /// Runs on the thread that logs, which may be an event loop, so it only adds a line.
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
        Throwable thrown =
                record.getThrown(); // Only its class is shown, because its message may contain paths of this machine.
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
        // Nothing to do: no records are buffered elsewhere.
    }

    @Override
    public void close() {
        synchronized (OPEN) {
            ALL.removeHandler(this);
            if (OPEN.remove(this) && OPEN.isEmpty()) PULSE.setLevel(null);
        }
    }
}
