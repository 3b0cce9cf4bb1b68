package dev.sluice.sense.live;

import dev.sluice.Event;
import dev.sluice.Sluice;
import dev.sluice.Subscription;
import java.time.Duration;
import java.time.InstantSource;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Follows channels of the hub of this process, which must have been started.
public final class LocalHubReader implements HubReader {
    private final Sluice hub;
    private final InstantSource clock;
    private volatile @Nullable Subscription subscription;

    public LocalHubReader(Sluice hub, InstantSource clock) {
        this.hub = hub;
        this.clock = clock;
    }

    @Override
    public void follow(
            String pattern, String type, Duration age, Consumer<HubEvent> events, Consumer<Boolean> connected) {
        connected.accept(true);
        subscription = hub.channels(pattern)
                .since(clock.instant().minus(age))
                .types(type)
                .onGap(_ -> {}) // What retention has removed is gone for everybody.
                .subscribe(event -> events.accept(read(event)));
    }

    private static HubEvent read(Event event) {
        return new HubEvent(event.channel(), event.from(), event.time(), event.text());
    }

    @Override
    public void close() {
        Subscription reading = subscription;
        if (reading != null) reading.close();
    }
}
