package dev.sluice.server.limit;

import dev.sluice.server.http.Problem;
import dev.sluice.server.http.Problems;
import java.util.concurrent.TimeUnit;

/// The problems of clients that exceed a limit.
final class RateRefusal {
    private static final long SECOND_NS = TimeUnit.SECONDS.toNanos(1);

    private RateRefusal() {}

    /// @param waitNs until the client may try again
    static Problem of(RateLimit limit, long waitNs) {
        long seconds = Math.max(1, Math.ceilDiv(waitNs, SECOND_NS));
        return Problems.TOO_MANY
                .of("This client did that more often than " + limit.setting() + " permits (" + limit.tokens() + " in "
                        + limit.period().toSeconds() + " s). Try again in " + seconds + " s.")
                .withHeader("Retry-After", Long.toString(seconds));
    }
}
