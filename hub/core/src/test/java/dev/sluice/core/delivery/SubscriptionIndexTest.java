package dev.sluice.core.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.core.access.Grant;
import dev.sluice.core.channel.ChannelName;
import dev.sluice.core.channel.PatternTrie;
import dev.sluice.core.channel.Selection;
import dev.sluice.core.delivery.schedule.SwapRemoveList;
import dev.sluice.core.delivery.stream.SubscriptionSpec;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Random;
import java.util.Set;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

/// Compares the index with a search through all readers.
class SubscriptionIndexTest {
    private static final List<String> NAMES = List.of("a", "b", "a/x", "a/y", "b/x", "$own/a");
    private static final List<String> PATTERNS = List.of("a", "b", "a/x", "*", "**", "a/*", "*/x", "a/**", "$own/*");

    private static Reader reader(Rig rig) {
        // A subscriber that waits forever for its start position, so that it does nothing by itself.
        return rig.dispatcher()
                .subscribe(
                        Grant.EVERYTHING,
                        SubscriptionSpec.latest(Selection.of("nobody"))
                                .from(new SubscriptionSpec.From.Resume("e1-1000")),
                        rig.wire,
                        new Client(rig, new FakeSink()));
    }

    private static Set<Reader> identities() {
        return Collections.newSetFromMap(new IdentityHashMap<>());
    }

    private static Set<Reader> readersOf(SubscriptionIndex index, ChannelName channel) {
        List<ReaderSet> sets = new ArrayList<>();
        ReaderSet named = index.named(channel);
        if (named != null) sets.add(named);
        PatternTrie.Search<ReaderSet> search = index.search();
        search.begin(channel);
        while (!search.isDone()) search.step(sets::add);
        Set<Reader> readers = identities();
        for (ReaderSet set : sets) readers.addAll(readersIn(set));
        return readers;
    }

    private static List<Reader> readersIn(ReaderSet set) {
        List<Reader> readers = new ArrayList<>();
        for (int i = 0; i < set.members.size(); i++)
            readers.add(set.members.get(i).reader());
        return readers;
    }

    @Property(tries = 100)
    void findsExactlyTheReadersOfAChannel(@ForAll long seed) {
        Random random = new Random(seed);
        SubscriptionIndex index = new SubscriptionIndex();
        IdentityHashMap<Reader, Selection> model = new IdentityHashMap<>();
        try (Rig rig = Rig.start()) {
            List<Reader> readers = new ArrayList<>();
            for (int i = 0; i < 40; i++) readers.add(reader(rig));
            for (int step = 0; step < 300; step++) {
                Reader reader = readers.get(random.nextInt(readers.size()));
                Selection old = model.remove(reader);
                if (old != null) {
                    index.leave(old, reader);
                } else {
                    String[] patterns = new String[1 + random.nextInt(4)];
                    for (int i = 0; i < patterns.length; i++)
                        patterns[i] = PATTERNS.get(random.nextInt(PATTERNS.size()));
                    Selection selection = Selection.of(patterns);
                    index.join(selection, reader);
                    model.put(reader, selection);
                }
                ChannelName channel = new ChannelName(NAMES.get(random.nextInt(NAMES.size())));
                Set<Reader> named = readersOf(index, channel);
                Set<Reader> expected = identities();
                model.forEach((each, selection) -> {
                    if (selection.matches(channel)) expected.add(each);
                });
                assertThat(named).isEqualTo(expected);
                Set<Reader> all = identities();
                index.all(all::add);
                assertThat(all).isEqualTo(model.keySet());
                assertThat(index.isEmpty()).isEqualTo(model.isEmpty());
            }
        }
    }

    private static final class Item extends SwapRemoveList.Slotted {}

    @Property(tries = 100)
    void slotsHoldTheItemsAddedAndNotRemoved(@ForAll long seed) {
        Random random = new Random(seed);
        List<SwapRemoveList<Item>> two = List.of(new SwapRemoveList<>(), new SwapRemoveList<>());
        List<List<Item>> models = List.of(new ArrayList<>(), new ArrayList<>());
        List<Item> items = new ArrayList<>();
        for (int i = 0; i < 60; i++) items.add(new Item());
        for (int step = 0; step < 500; step++) {
            int which = random.nextInt(2);
            Item item = items.get(random.nextInt(items.size()));
            boolean isInOther = models.get(1 - which).contains(item);
            // Removing an item of another collection does nothing.
            if (models.get(which).remove(item) || isInOther) {
                two.get(which).remove(item);
            } else {
                two.get(which).add(item);
                models.get(which).add(item);
            }
            List<Item> held = new ArrayList<>();
            for (int i = 0; i < two.get(which).size(); i++)
                held.add(two.get(which).get(i));
            assertThat(held).containsExactlyInAnyOrderElementsOf(models.get(which));
        }
    }

    /// As with `presence=true`: with a search, closing 40,000 readers would take a minute.
    @Test
    void removesReadersOfTwoChannelsWithoutASearch() {
        try (Rig rig = Rig.start()) {
            SubscriptionIndex index = new SubscriptionIndex();
            Selection both = Selection.of("a", "$presence/a");
            List<Reader> readers = new ArrayList<>();
            for (int i = 0; i < 1_000; i++) readers.add(reader(rig));
            readers.forEach(each -> index.join(both, each));
            Collections.shuffle(readers, new Random(1));
            ReaderSet set = index.named(new ChannelName("a"));
            for (Reader each : readers) {
                assertThat(set).isNotNull();
                assertThat(each.setEntries).hasSize(2).allMatch(entry -> entry.reader() == each);
                index.leave(both, each);
            }
            assertThat(set.members.size()).isZero();
            assertThat(index.isEmpty()).isTrue();
        }
    }

    @Test
    void removesChannelsWithoutReaders() {
        try (Rig rig = Rig.start()) {
            SubscriptionIndex index = new SubscriptionIndex();
            Reader reader = reader(rig);
            index.join(Selection.of("a", "*/x"), reader);
            index.leave(Selection.of("a", "*/x"), reader);
            assertThat(index.isEmpty()).isTrue();
            index.leave(Selection.of("a", "*/x"), reader);
            assertThat(index.isEmpty()).isTrue();
        }
    }
}
