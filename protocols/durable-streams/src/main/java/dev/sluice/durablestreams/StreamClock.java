package dev.sluice.durablestreams;

import java.time.InstantSource;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/// When streams were used last, and when they expire.
final class StreamClock {
    /// Access is recorded in the log when this part of the idle time has passed since it was recorded last.
    private static final int RECORDS_PER_TTL = 8;

    /// A configuration is written again when it is older, so that the limits of the whole log, which drop the
    /// oldest events, do not reach it while the stream is written to.
    private static final long REWRITE_MS = 24 * 3600 * 1000L;

    private final InstantSource clock;
    private final Map<String, Long> accesses = new ConcurrentHashMap<>();

    StreamClock(InstantSource clock) {
        this.clock = clock;
    }

    /// Notes that a stream is used, which begins its idle time again.
    void touch(StreamState state) {
        if (state.config().ttlSeconds() != null) accesses.put(state.name(), clock.millis());
    }

    /// Returns true if the configuration should be written again: the log then has the last access.
    boolean isRecordDue(StreamState state) {
        Long ttl = state.config().ttlSeconds();
        long afterMs = ttl == null ? REWRITE_MS : Math.min(REWRITE_MS, ttl * 1000 / RECORDS_PER_TTL);
        return clock.millis() - state.configuredMs() > afterMs;
    }

    boolean hasExpired(StreamState state) {
        return clock.millis() >= expiryMs(state);
    }

    /// Returns when the stream expires unless it is used, in milliseconds since 1970.
    long expiryMs(StreamState state) {
        StreamConfig config = state.config();
        if (config.expiresAt() != null)
            return StreamConfig.instant(config.expiresAt()).toEpochMilli();
        if (config.ttlSeconds() == null) return Long.MAX_VALUE;
        long ttlMs = Math.multiplyExact(config.ttlSeconds(), 1000L);
        Long access = accesses.get(state.name());
        // Before a restart there may have been a later access than the recorded one, but not by more than this.
        long lastMs = access == null
                ? state.configuredMs() + ttlMs / RECORDS_PER_TTL
                : Math.max(access, state.configuredMs());
        return lastMs + ttlMs;
    }

    /// Returns true if this node remembers when a stream was used.
    boolean knows(String name) {
        return accesses.containsKey(name);
    }

    void forget(String name) {
        accesses.remove(name);
    }
}
