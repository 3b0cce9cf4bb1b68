package dev.sluice.durablestreams;

import dev.sluice.Channels;
import dev.sluice.EventPage;
import dev.sluice.Sluice;
import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The states of the streams used last. Each use compares a state with the newest event of its channel, which
/// the hub has in memory: so a write of this or another node is seen as soon as the log has it.
final class StateCache {
    /// About 10 MiB, unless streams have many producers.
    private static final int STREAMS_MAX = 10_000;

    private static final int PAGE_EVENTS = 1_000;

    private final Sluice hub;

    private final Map<String, StreamState> states = Collections.synchronizedMap(new LinkedHashMap<>(16, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, StreamState> eldest) {
            return size() > STREAMS_MAX;
        }
    });

    StateCache(Sluice hub) {
        this.hub = hub;
    }

    /// Returns the state of a stream; null if there is no such stream. It may be deleted or have expired.
    @Nullable
    StreamState get(String name) throws InterruptedException {
        String channel = StreamStore.STATES + name;
        String latest = hub.channel(channel).latest().orElse(null);
        if (latest == null) {
            states.remove(name);
            return null;
        }
        StreamState known = states.get(name);
        if (known == null || !known.latest().equals(latest)) {
            known = read(channel, known == null ? new StreamState(name) : known.copy());
            states.put(name, known);
        }
        return known.exists() ? known : null;
    }

    void forget(String name) {
        states.remove(name);
    }

    private StreamState read(String channel, StreamState state) throws InterruptedException {
        Channels events = hub.channels(channel);
        String after = state.latest();
        while (true) {
            EventPage page =
                    (after.isEmpty() ? events.earliest() : events.after(after)).read(PAGE_EVENTS, Duration.ZERO);
            // The stream was deleted and created again.
            if (page.gap().isPresent() && !after.isEmpty()) return read(channel, new StreamState(state.name()));
            page.events().forEach(state::apply);
            if (!page.hasMore()) return state;
            after = page.cursor();
        }
    }
}
