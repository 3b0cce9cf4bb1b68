package dev.sluice.server.limit;

import dev.sluice.core.encoding.LogField;
import dev.sluice.server.http.head.Problem;
import dev.sluice.server.http.head.Problems;
import java.lang.System.Logger.Level;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/// The refusal of clients that exceed a rate. Only the first one is logged, because a flood must not fill the
/// log. May be used from any thread.
final class RateRejection {
    private static final System.Logger LOG = System.getLogger(RateRejection.class.getName());
    private static final long SECOND_NS = TimeUnit.SECONDS.toNanos(1);

    private final RateLimit limit;
    private final AtomicBoolean isLogged = new AtomicBoolean();

    RateRejection(RateLimit limit) {
        this.limit = limit;
    }

    /// @param waitNs the time until the client may try again
    Problem of(ClientKey client, long waitNs) {
        logOnce(client);
        long seconds = seconds(waitNs);
        return Problems.TOO_MANY
                .of("This client did that more often than " + limit.setting() + " permits (" + limit.tokens() + " in "
                        + limit.period().toSeconds() + " s). Try again in " + seconds + " s.")
                .withHeader("Retry-After", Long.toString(seconds));
    }

    /// Rounds a time up, because `Retry-After` has whole seconds.
    static long seconds(long waitNs) {
        return Math.max(1, Math.ceilDiv(waitNs, SECOND_NS));
    }

    void logOnce(ClientKey client) {
        if (!isLogged.getAndSet(true)) log(limit.setting(), client);
    }

    static void log(String setting, ClientKey client) {
        String advice = client instanceof ClientKey.Address
                ? "raise it if this is intended, or add the address to trusted_proxies if it is a proxy"
                : "raise it if this is intended";
        LOG.log(
                Level.WARNING,
                "client refused, others are not logged limit=" + setting + " client=" + LogField.quoted(client)
                        + " advice=" + LogField.quoted(advice));
    }
}
