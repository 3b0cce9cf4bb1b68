package dev.sluice.durablestreams;

import dev.sluice.Sluice;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;

/// Serves the channels of a hub by the Durable Streams protocol 1.0.
public final class DurableStreams {
    private final Expiry expiry;

    private DurableStreams(Expiry expiry) {
        this.expiry = expiry;
    }

    /// Adds the protocol to a hub that has not been started. The stream at `PATH/chat/7` is the channel
    /// `chat/7`.
    ///
    /// @param path the path below which streams are, without a slash at its end (`/streams`)
    public static DurableStreams on(Sluice hub, String path) {
        return on(hub, path, InstantSource.system(), StreamReads.WAIT);
    }

    /// @param clock decides when a stream expires
    /// @param wait  how long a long poll waits
    static DurableStreams on(Sluice hub, String path, InstantSource clock, Duration wait) {
        StreamWrites writes = new StreamWrites(hub);
        StreamClock times = new StreamClock(hub, clock);
        StreamStore store = new StreamStore(hub, writes, times, StateCache.of(hub, hub.reserveHeap()));
        StreamRoutes routes = new StreamRoutes(
                store, new StreamAppends(store, writes, times), new StreamReads(store, hub, wait), path);
        Expiry expiry = new Expiry(hub, store, clock);
        retention().forEach(hub::rule);
        hub.forCallers(routes::register);
        hub.onClose(expiry::close);
        return new DurableStreams(expiry);
    }

    /// Returns the retention of the channels with the streams' states, as settings of [Sluice#rule] by
    /// channels. A hub whose log is opened before the protocol is added to it has this rule from the start.
    public static Map<String, Map<String, String>> retention() {
        return Map.of(StreamStore.STATES + "**", StreamStore.RETENTION);
    }

    /// Begins to remove streams as they expire, and completes deletions that a crash interrupted. Call it after
    /// the hub's start; without it, streams are removed when they are next asked for.
    public void start() {
        expiry.start();
    }
}
