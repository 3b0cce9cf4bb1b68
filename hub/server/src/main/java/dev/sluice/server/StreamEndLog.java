package dev.sluice.server;

import dev.sluice.core.delivery.stream.ClosedStream;
import dev.sluice.core.delivery.stream.EndCode;
import dev.sluice.core.delivery.stream.EndReason;
import dev.sluice.core.encoding.LogField;
import java.lang.System.Logger.Level;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/// Logs each stream that ends, once. Above DEBUG the lines for a reason are limited in each minute, because a
/// failing network or log ends thousands at a time; the rest are summed up in one line. Channel names are chosen
/// by users, so they are not logged. May be used from any thread.
final class StreamEndLog {
    private static final System.Logger LOG = System.getLogger(StreamEndLog.class.getName());

    /// The maximum number of lines for each reason in a minute.
    static final int LINES_MAX = 20;

    /// Streams that ended in this minute, by reason.
    private final Map<EndCode, Integer> ended = new ConcurrentHashMap<>();

    private final LongSupplier clockMs;
    private long minute; // Used by the maintenance thread only.

    /// @param clockMs milliseconds of a clock that never goes back
    StreamEndLog(LongSupplier clockMs) {
        this.clockMs = clockMs;
        this.minute = minuteNow();
    }

    private long minuteNow() {
        return TimeUnit.MILLISECONDS.toMinutes(clockMs.getAsLong());
    }

    void ended(ClosedStream stream) {
        EndCode reason = stream.reason().kind();
        Level level = level(reason);
        if (!LOG.isLoggable(level)) return;
        if (level == Level.DEBUG || ended.merge(reason, 1, Integer::sum) <= LINES_MAX) LOG.log(level, line(stream));
    }

    private static Level level(EndCode reason) {
        return switch (reason) {
            case COMPLETE, BY_CLIENT, DISCONNECTED, AGED, STOPPING, EXPIRED -> Level.DEBUG;
            case MISSING, TOO_FAR_BEHIND, STALLED, TORN, OVER_BUDGET, REVOKED, BY_OPERATOR -> Level.INFO;
            case UNAVAILABLE, FAILED -> Level.WARNING;
        };
    }

    private static String line(ClosedStream stream) {
        StringBuilder line = new StringBuilder("stream ended reason=")
                .append(word(stream.reason().kind()))
                .append(" kind=")
                .append(word(stream.kind()))
                .append(" transport=")
                .append(stream.transport())
                .append(" patterns=")
                .append(stream.patterns());
        if (stream.cursor() != null)
            line.append(" cursor=").append(stream.cursor().text());
        if (stream.reason() instanceof EndReason.Unavailable(String why))
            line.append(" why=").append(LogField.quoted(why));
        return line.toString();
    }

    private static String word(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /// Sums up the streams of the last minute that were not logged. Call it about once a second.
    void maintain() {
        if (minuteNow() == minute) return;
        minute = minuteNow();
        for (EndCode reason : EndCode.values()) {
            Integer count = ended.remove(reason);
            if (count == null || count <= LINES_MAX) continue;
            LOG.log(level(reason), "streams ended reason=" + word(reason) + " not_logged=" + (count - LINES_MAX));
        }
    }
}
