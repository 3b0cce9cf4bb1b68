package dev.sluice.durablestreams;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.BatchItem;
import dev.sluice.BatchResult;
import dev.sluice.Sluice;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// What a hub keeps in memory of streams: it has a limit, and nothing is left of streams that are gone.
final class StateMemoryTest {
    private static final int PRODUCERS = 20;

    @AutoClose
    private final Sluice hub =
            Sluice.inMemory().port(0).withoutShutdownHook().rule(StreamStore.STATES + "**", StreamStore.RETENTION);

    @BeforeEach
    void start() {
        hub.start();
    }

    private void create(String name) {
        create(name, PRODUCERS);
    }

    private void create(String name, int producers) {
        List<BatchItem> items = new ArrayList<>();
        var config = new StreamConfig("text/plain", null, null, "", "", null, false);
        items.add(StreamWrites.state(name, StreamState.STREAM, StreamState.STREAM, config, null));
        for (int i = 0; i < producers; i++) {
            items.add(StreamWrites.state(name, StreamState.PRODUCER, "p" + i, new ProducerState(0, i), null));
        }
        assertThat(hub.publishAll(items)).isInstanceOf(BatchResult.Stored.class);
    }

    private StreamStore store(StreamClock times) {
        return new StreamStore(hub, new StreamWrites(hub), times, StateCache.ofWeight(hub, PRODUCERS));
    }

    @Test
    void countsTheProducersOfAllStreams() throws Exception {
        int weightMax = 3 * PRODUCERS;
        var states = StateCache.ofWeight(hub, weightMax);
        for (String name : List.of("a", "b", "c", "d")) {
            create(name);
            assertThat(states.get(name)).isNotNull();
        }
        assertThat(states.weight()).isBetween(PRODUCERS, weightMax);
        var evicted = states.get("a");
        assertThat(evicted).isNotNull();
        assertThat(evicted.producer("p7")).contains(new ProducerState(0, 7));
        for (String name : List.of("a", "b", "c", "d")) states.forget(name);
        assertThat(states.weight()).isZero();
    }

    @Test
    void readsAStateOfSeveralPagesWhoseSupersededEventsAreGone() throws Exception {
        int producers = 1_000;
        int appends = 500;
        create("a", producers);
        for (int i = 1; i <= appends; i++) {
            var state = new ProducerState(1, i);
            var item = StreamWrites.state("a", StreamState.PRODUCER, "p" + (producers - 1), state, null);
            assertThat(hub.publishAll(List.of(item))).isInstanceOf(BatchResult.Stored.class);
        }
        StreamState read = StateCache.ofWeight(hub, PRODUCERS).get("a");
        assertThat(read).isNotNull();
        assertThat(read.hasRoomFor("another", producers)).isFalse();
        assertThat(read.producer("p0")).contains(new ProducerState(0, 0));
        assertThat(read.producer("p" + (producers - 1))).contains(new ProducerState(1, appends));
    }

    @Test
    void keepsNoStateThatIsLargerThanTheLimit() throws Exception {
        var states = StateCache.ofWeight(hub, PRODUCERS);
        create("a");
        assertThat(states.get("a")).isNotNull();
        assertThat(states.weight()).isZero();
    }

    @Test
    void forgetsTheAccessOfAStreamThatAnotherNodeRemoved() throws Exception {
        var times = new StreamClock(hub, InstantSource.system());
        var here = store(times);
        var there = store(new StreamClock(hub, InstantSource.system()));
        there.create(
                "a",
                new CreateRequest("text/plain", 60L, null, false, null, new byte[0], new Writer(null, (_, _) -> {})),
                () -> {});
        here.access(here.find("a"));
        assertThat(times.knows("a")).isTrue();
        there.delete("a");
        here.cleanUp("a");
        assertThat(times.knows("a")).isFalse();
    }
}
