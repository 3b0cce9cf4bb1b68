package dev.sluice.demos;

import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Set;
import java.util.logging.Formatter;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;

/// Holds the newest records of this process's log until they are drained.
final class LogTail extends Handler {
    /// Access records are excluded, because there is one for each request.
    private static final String ACCESS = "dev.sluice.access";

    /// The classes whose texts are shown. They name no client, address, user or path, as others may: of those, and
    /// of each class that logs later, only the level and the name are shown.
    private static final Set<String> SHOWN = Set.of("StreamEndLog", "LoopDelay");

    private static final String HIDDEN = "…";
    private static final int LINES_MAX = 200;
    private static final int LINE_CHARS_MAX = 1_000;

    /// A record of the log.
    ///
    /// @param level  the level as the JDK names it: `INFO`, `WARNING`, `FINE`
    /// @param logger the simple name of the class that wrote the record
    /// @param text   `…` unless the class is one of [#SHOWN]; with the class of a fault
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

    // A strong reference: the JDK drops unreferenced loggers together with their handlers.
    private static final Logger ALL = Logger.getLogger("dev.sluice");

    /// Starts holding the records of all hubs of this process.
    void open() {
        ALL.addHandler(this);
    }

    /// Runs on the thread that logs, which may be an event loop, so it only adds a line.
    @Override
    public void publish(LogRecord record) {
        if (!ACCESS.equals(record.getLoggerName())) add(line(record));
    }

    void add(Line line) {
        synchronized (lines) {
            if (lines.size() == LINES_MAX) lines.removeFirst();
            lines.addLast(line);
        }
    }

    private Line line(LogRecord record) {
        String name = String.valueOf(record.getLoggerName());
        name = name.substring(name.lastIndexOf('.') + 1);
        String text = SHOWN.contains(name) ? MESSAGE.format(record) : HIDDEN;
        Throwable thrown =
                record.getThrown(); // Only its class is shown, because its message may contain paths of this machine.
        if (thrown != null) text += " (" + thrown.getClass().getSimpleName() + ")";
        return new Line(
                record.getInstant(),
                record.getLevel().getName(),
                name,
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
        ALL.removeHandler(this);
    }
}
