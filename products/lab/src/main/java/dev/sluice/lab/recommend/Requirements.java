package dev.sluice.lab.recommend;

import java.time.Duration;
import java.util.Locale;
import java.util.Set;

/// What a visitor needs.
///
/// @param readers      clients at the same time
/// @param rate         events per second that each reader receives
/// @param sendRate     events per second that each reader also publishes; 0 if it only reads
/// @param freshness    how late an event may arrive, for 99 of 100 events, including those that clients
///                     publish
/// @param mayLose      whether events may be lost when a connection breaks
/// @param surroundings the proxies and restrictions between the server and its clients
/// @param measure      the cost to minimize
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

    /// A proxy or a restriction between server and clients.
    public enum Surrounding {
        /// Proxies that hold back streamed responses until they are complete or a buffer is full.
        BUFFERING_PROXY,
        /// Proxies or firewalls that refuse to upgrade a connection.
        NO_WEBSOCKET,
        /// Browsers that can neither read a stream nor open a WebSocket.
        OLD_BROWSERS,
        /// Users with more than six tabs, which share six connections over HTTP/1.1.
        MANY_TABS,
        /// No certificate, and therefore no HTTP/2 in browsers.
        NO_TLS
    }

    /// The cost to minimize.
    public enum Measure {
        /// Bytes per second of all readers, in both directions.
        NETWORK,
        /// Processor time of the hub.
        PROCESSOR,
        /// The median latency; for clients that publish, the sum of both directions.
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
            throw new IllegalArgumentException("freshness must be greater than zero.");
        }
    }
}
