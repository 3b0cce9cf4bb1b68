package dev.sluice.durablestreams;

import dev.sluice.Channels;
import dev.sluice.EventPage;
import dev.sluice.LogUnavailableException;
import dev.sluice.Sluice;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/// When streams were used last, when they expire, and when their configurations are written again.
final class StreamClock {
    /// Access is recorded in the log when this part of the idle time has passed since it was recorded last.
    private static final int RECORDS_PER_TTL = 8;

    /// The middle of the log is looked for at most once in this time.
    private static final long MIDDLE_MS = 1_000;

    private final Sluice hub;
    private final InstantSource clock;
    private final Map<String, Long> accesses = new ConcurrentHashMap<>();
    private volatile long middle;
    private volatile long middleReadMs;

    StreamClock(Sluice hub, InstantSource clock) {
        this.hub = hub;
        this.clock = clock;
    }

    /// Notes that a stream is used, which begins its idle time again.
    void touch(StreamState state) {
        if (state.config().ttlSeconds() != null) accesses.put(state.name(), clock.millis());
    }

    /// Returns true if the configuration should be written again: to record the last access, or because it is
    /// in the older half of the log, whose limits drop the oldest events.
    boolean isRecordDue(StreamState state) throws InterruptedException {
        Long ttl = state.config().ttlSeconds();
        if (ttl != null && clock.millis() - state.configuredMs() > ttl * 1000 / RECORDS_PER_TTL) return true;
        long nowMs = clock.millis();
        if (Math.abs(nowMs - middleReadMs) >= MIDDLE_MS) {
            middleReadMs = nowMs;
            try {
                middle = middle();
            } catch (LogUnavailableException busy) {
                // The next append tries again, at the earliest a second later; this one does not depend on it.
            }
        }
        return state.configuredAt() < middle;
    }

    /// Returns the position amid the log.
    private long middle() throws InterruptedException {
        Channels all = hub.channels("**", "$program/**");
        EventPage oldest = all.earliest().read(1, Duration.ZERO);
        if (oldest.events().isEmpty()) return 0;
        long from = Offset.of(oldest.events().getFirst().id()).position();
        long head = Offset.of(all.latest().read(1, Duration.ZERO).cursor()).position();
        return from + (head - from) / 2;
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
