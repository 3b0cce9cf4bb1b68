package dev.sluice.durablestreams;

import dev.sluice.Channels;
import dev.sluice.EventPage;
import dev.sluice.Gap;
import dev.sluice.Sluice;
import java.time.Duration;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/// The states of the streams used last. Each use compares a state with the newest event of its channel, which
/// the hub has in memory: so a write of this or another node is seen as soon as the log has it.
final class StateCache {
    /// The most that all states weigh together ([StreamState#weight]).
    private static final int WEIGHT_MAX = 100_000;

    /// Of memory, for each unit of weight, such as a producer.
    private static final int WEIGHT_BYTES = 128;

    private static final int PAGE_EVENTS = 1_000;

    private final Sluice hub;

    private final LongSupplier weightMax;

    /// By name, those used last at the end. Guarded by this.
    private final Map<String, StreamState> states = new LinkedHashMap<>(16, 0.75f, true);

    private int weight;

    private StateCache(Sluice hub, LongSupplier weightMax) {
        this.hub = hub;
        this.weightMax = weightMax;
    }

    /// @param memory the bytes that the states may take; known after the hub's start
    static StateCache of(Sluice hub, LongSupplier memory) {
        return new StateCache(hub, () -> Math.min(WEIGHT_MAX, memory.getAsLong() / WEIGHT_BYTES));
    }

    static StateCache ofWeight(Sluice hub, int max) {
        return new StateCache(hub, () -> max);
    }

    /// Returns the state of a stream; null if there is no such stream. It may be deleted or have expired.
    @Nullable
    StreamState get(String name) throws InterruptedException {
        StreamState found = getOrRest(name);
        return found != null && found.exists() ? found : null;
    }

    /// Returns the state of a stream as [#get] does, or what is left of a state.
    @Nullable
    StreamState getOrRest(String name) throws InterruptedException {
        String channel = StreamStore.STATES + name;
        String latest = hub.channel(channel).latest().orElse(null);
        if (latest == null) {
            forget(name);
            return null;
        }
        StreamState known = known(name);
        if (known == null || !known.latest().equals(latest)) {
            known = read(channel, known == null ? new StreamState(name) : known.copy());
            keep(known);
        }
        return known;
    }

    private synchronized @Nullable StreamState known(String name) {
        return states.get(name);
    }

    private synchronized void keep(StreamState state) {
        forget(state.name());
        states.put(state.name(), state);
        weight += state.weight();
        Iterator<StreamState> oldest = states.values().iterator();
        while (weight > weightMax.getAsLong()) {
            weight -= oldest.next().weight();
            oldest.remove();
        }
    }

    synchronized void forget(String name) {
        StreamState former = states.remove(name);
        if (former != null) weight -= former.weight();
    }

    /// The weight of all states that are kept.
    synchronized int weight() {
        return weight;
    }

    private StreamState read(String channel, StreamState state) throws InterruptedException {
        Channels events = hub.channels(channel);
        boolean isKnown = !state.latest().isEmpty();
        EventPage page = (isKnown ? events.after(state.latest()) : events.earliest()).read(PAGE_EVENTS, Duration.ZERO);
        while (true) {
            Gap gap = page.gap().orElse(null);
            // The stream may have been deleted and created again. What a read from the beginning misses otherwise,
            // was superseded meanwhile.
            if (gap != null && (isKnown || gap.reason() == Gap.Reason.DELETED))
                return read(channel, new StreamState(state.name()));
            page.events().forEach(state::apply);
            if (!page.hasMore()) return state;
            page = page.next().read(PAGE_EVENTS, Duration.ZERO);
        }
    }
}
