package dev.sluice.core.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.core.channel.ChannelName;
import dev.sluice.core.channel.Selection;
import dev.sluice.core.cursor.Epoch;
import dev.sluice.core.cursor.Place;
import dev.sluice.core.event.Draft;
import dev.sluice.core.event.Entry;
import dev.sluice.core.event.Event;
import dev.sluice.core.log.Conditions;
import dev.sluice.core.log.Contents;
import dev.sluice.core.log.Filter;
import dev.sluice.core.log.Publication;
import dev.sluice.core.log.Read;
import dev.sluice.core.log.Retention;
import java.time.Duration;
import java.util.Collection;
import java.util.Iterator;
import java.util.List;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/// A trim of what is no longer in memory, with a look at it in each moment in which its backing is asked something.
final class ColdTrimTest {
    private static final Selection OLDEST = Selection.of("oldest");

    private final TreeMap<Long, Entry> kept = new TreeMap<>();
    private final Store store = new Store(
            Epochs.of(new Epoch("e")),
            new Limits(20, 1 << 20, 1_000, 10, 1_000, 10, Duration.ofDays(1), 0, Duration.ofDays(1), 0, 100, 100),
            channel -> Retention.ALL,
            new Watched());
    private final Readers readers = new Readers(store, new Readers.Elsewhere() {
        @Override
        public <T> CompletionStage<T> ask(Object what, Supplier<@Nullable T> slice) {
            return new CompletableFuture<>();
        }
    });
    private final Place begin = Place.at(store.head());
    private boolean hasLeftMemory;
    private int looks;

    private Read read() {
        return readers.read(begin, OLDEST, Filter.NONE, 100, 100);
    }

    private void look() {
        Channel oldest = store.channel("oldest");
        hasLeftMemory |= oldest != null && oldest.cold() != null;
        if (!hasLeftMemory) return;
        looks++;
        Read read = read();
        assertThat(read instanceof Read.Elsewhere || read instanceof Read.Missing)
                .as("it is found, or told of, and not passed over: %s", read)
                .isTrue();
    }

    private void publish(String channel) {
        Staging staging = new Staging(store, 1);
        Draft draft = Draft.event(new ChannelName(channel), "message", Contents.text("x"));
        staging.stage(new Publication(draft, Conditions.NONE));
        store.commit(staging, 1);
    }

    @Test
    void isNeverPassedOverInSilence() {
        publish("oldest");
        publish("older");
        for (int i = 0; i < 21; i++) publish("old");
        assertThat(read()).isInstanceOf(Read.Missing.class);
        assertThat(looks).isPositive();
    }

    private final class Watched implements Backing {
        private final Source source = new Kept();
        private long numbers;

        @Override
        public @Nullable Source source() {
            look();
            return source;
        }

        @Override
        public long number() {
            return ++numbers;
        }

        @Override
        public void place(Staging staging, List<Channel> targets) {
            for (Entry entry : staging.entries()) kept.put(entry.id().position(), entry);
        }

        @Override
        public void drop(Collection<Entry> dropped, Collection<Channel> channels) {
            look();
            for (Entry entry : dropped) kept.remove(entry.id().position());
        }

        @Override
        public void markDeleted(Channel channel, Channel successor) {}

        @Override
        public int clear(Channel channel, int max) {
            return 0;
        }

        @Override
        public void replace(Channel channel, List<Event> left) {}

        @Override
        public void fold(Collection<Channel> channels) {}
    }

    private final class Kept implements Source {
        private Way way(Collection<Entry> entries, @Nullable Channel channel) {
            Iterator<Entry> found = List.copyOf(entries).stream()
                    .filter(entry -> channel == null || entry.channel().equals(channel.name))
                    .iterator();
            return () -> found.hasNext() ? found.next() : null;
        }

        @Override
        public Way after(Channel channel, long position, long upTo) {
            return way(kept.subMap(position, false, upTo, true).values(), channel);
        }

        @Override
        public Way after(long position, long upTo) {
            return way(kept.subMap(position, false, upTo, true).values(), null);
        }

        @Override
        public Way back(Channel channel, long position) {
            return way(kept.headMap(position, true).descendingMap().values(), channel);
        }

        @Override
        public Way back(long position) {
            return way(kept.headMap(position, true).descendingMap().values(), null);
        }

        @Override
        public @Nullable Entry firstNotOlder(@Nullable Channel channel, long timeMs, long upTo) {
            return way(kept.headMap(upTo, true).values(), channel).next();
        }

        @Override
        public long newestPlace(Channel channel, Event event) {
            return -1;
        }
    }
}
