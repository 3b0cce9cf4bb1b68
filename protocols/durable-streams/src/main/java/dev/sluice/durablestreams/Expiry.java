package dev.sluice.durablestreams;

import dev.sluice.Event;
import dev.sluice.Sluice;
import dev.sluice.Subscription;
import java.lang.System.Logger.Level;
import java.time.InstantSource;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/// Removes streams that have expired, and those that were deleted but not yet removed. Follows the
/// configurations of all streams, so it knows them also after a restart.
final class Expiry {
    private static final System.Logger LOG = System.getLogger(Expiry.class.getName());
    private static final long PERIOD_MS = 1_000;

    private final Sluice hub;
    private final StreamStore store;
    private final InstantSource clock;

    /// When to look at a stream, by name.
    private final Map<String, Long> due = new ConcurrentHashMap<>();

    private @Nullable Subscription configurations;
    private @Nullable Thread thread;

    Expiry(Sluice hub, StreamStore store, InstantSource clock) {
        this.hub = hub;
        this.store = store;
        this.clock = clock;
    }

    void start() {
        configurations = hub.channels(StreamStore.STATES + "**")
                .types(StreamState.STREAM)
                .snapshot()
                .onGap(_ -> {}) // Of streams that were removed.
                .subscribe(this::configured);
        thread = Thread.ofVirtual().name("durable streams expiry").start(this::run);
    }

    void close() {
        if (configurations != null) configurations.close();
        if (thread != null) thread.interrupt();
    }

    private void configured(Event event) {
        StreamConfig config = event.json(StreamConfig.class);
        if (config.isDeleted() || config.hasLifetime())
            due.put(event.channel().substring(StreamStore.STATES.length()), 0L);
    }

    private void run() {
        try {
            while (true) {
                for (Map.Entry<String, Long> each : due.entrySet())
                    if (each.getValue() <= clock.millis()) look(each.getKey());
                Thread.sleep(PERIOD_MS);
            }
        } catch (InterruptedException ended) {
            Thread.currentThread().interrupt(); // The hub is closing.
        }
    }

    private void look(String name) throws InterruptedException {
        try {
            due.remove(name); // First: a configuration that arrives from now on is looked at again.
            store.cleanUp(name);
            long expiryMs = store.expiryMs(name);
            if (expiryMs < Long.MAX_VALUE) due.putIfAbsent(name, expiryMs);
        } catch (RuntimeException failed) {
            LOG.log(Level.WARNING, "a stream could not be removed yet", failed);
            due.putIfAbsent(name, clock.millis() + PERIOD_MS);
        }
    }
}
