package dev.sluice.lab.recommend;

import java.time.Duration;
import java.util.Locale;
import java.util.Set;

/// The needs of a visitor.
///
/// @param readers     clients at the same time
/// @param rate        events per second that each reader gets
/// @param sendRate    events per second that each reader publishes as well; 0: it only reads
/// @param freshness   how late an event may arrive, of 99 in 100; of those that clients publish, too
/// @param mayLose     whether events may be lost when a connection breaks
/// @param surroundings what stands between the server and its clients
/// @param measure     what should be least
public record Requirements(
        long readers,
        double rate,
        double sendRate,
        Duration freshness,
        boolean mayLose,
        Set<Surrounding> surroundings,
        Measure measure) {
    public static final long READERS_MAX = 1_000_000_000;
    private static final double RATE_MAX = 1e6;

    /// The proxy or network in between.
    public enum Surrounding {
        /// Proxies that hold back streamed answers until they are complete or a buffer is full.
        BUFFERING_PROXY,
        /// Proxies or firewalls that refuse to upgrade a connection.
        NO_WEBSOCKET,
        /// Browsers that can neither read a stream nor open a WebSocket.
        OLD_BROWSERS,
        /// Users with more than six tabs, which share six connections over HTTP/1.1.
        MANY_TABS,
        /// No certificate, and so no HTTP/2 in browsers.
        NO_TLS
    }

    /// The cost that should be least.
    public enum Measure {
        /// Bytes per second, of all readers and both directions.
        NETWORK,
        /// Processor time of the hub.
        PROCESSOR,
        /// The latency of half of the events; with clients that publish, of their way up and down together.
        LATENCY
    }

    public Requirements {
        surroundings = Set.copyOf(surroundings);
        if (readers < 1 || readers > READERS_MAX) {
            throw new IllegalArgumentException(
                    String.format(Locale.ROOT, "readers takes from 1 to %,d, not %,d.", READERS_MAX, readers));
        }
        if (!(rate >= 0 && rate <= RATE_MAX)) throw new IllegalArgumentException("rate takes from 0 to 1,000,000.");
        if (!(sendRate >= 0 && sendRate <= RATE_MAX)) {
            throw new IllegalArgumentException("sendRate takes from 0 to 1,000,000.");
        }
        if (freshness.isNegative() || freshness.isZero()) {
            throw new IllegalArgumentException("freshness takes a time above zero.");
        }
    }
}
