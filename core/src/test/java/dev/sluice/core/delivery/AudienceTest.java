package dev.sluice.core.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.core.channel.ChannelName;
import dev.sluice.core.channel.PatternTrie;
import dev.sluice.core.channel.Selection;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Random;
import java.util.Set;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

/// Who reads what: compared with looking at everybody.
class AudienceTest {
    private static final List<String> NAMES = List.of("a", "b", "a/x", "a/y", "b/x", "$own/a");
    private static final List<String> PATTERNS = List.of("a", "b", "a/x", "*", "**", "a/*", "*/x", "a/**", "$own/*");

    private static Reader reader(Rig rig) {
        // One that waits for ever for its beginning, so that it does nothing by itself.
        return Subscriber.open(
                rig.dispatcher(),
                Subscription.latest(Selection.of("nobody")).from(new Subscription.From.Resume("e1-1000")),
                rig.wire,
                new Client(rig, new FakeSink()));
    }

    private static Set<Reader> identities() {
        return Collections.newSetFromMap(new IdentityHashMap<>());
    }

    private static Set<Reader> readersOf(Audience audience, ChannelName channel) {
        List<ReaderSet> sets = new ArrayList<>();
        ReaderSet named = audience.named(channel);
        if (named != null) sets.add(named);
        PatternTrie.Search<ReaderSet> search = audience.search();
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
    void namesExactlyWhoReadsAChannel(@ForAll long seed) {
        Random random = new Random(seed);
        Audience audience = new Audience();
        IdentityHashMap<Reader, Selection> model = new IdentityHashMap<>();
        try (Rig rig = Rig.start()) {
            List<Reader> readers = new ArrayList<>();
            for (int i = 0; i < 40; i++) readers.add(reader(rig));
            for (int step = 0; step < 300; step++) {
                Reader reader = readers.get(random.nextInt(readers.size()));
                Selection old = model.remove(reader);
                if (old != null) {
                    audience.leave(old, reader);
                } else {
                    String[] patterns = new String[1 + random.nextInt(4)];
                    for (int i = 0; i < patterns.length; i++)
                        patterns[i] = PATTERNS.get(random.nextInt(PATTERNS.size()));
                    Selection selection = Selection.of(patterns);
                    audience.join(selection, reader);
                    model.put(reader, selection);
                }
                ChannelName channel = new ChannelName(NAMES.get(random.nextInt(NAMES.size())));
                Set<Reader> named = readersOf(audience, channel);
                Set<Reader> expected = identities();
                model.forEach((each, selection) -> {
                    if (selection.matches(channel)) expected.add(each);
                });
                assertThat(named).isEqualTo(expected);
                Set<Reader> all = identities();
                audience.all(all::add);
                assertThat(all).isEqualTo(model.keySet());
                assertThat(audience.isEmpty()).isEqualTo(model.isEmpty());
            }
        }
    }

    private static final class Thing extends Slots.Slotted {}

    @Property(tries = 100)
    void slotsHoldWhatWasAddedAndNotRemoved(@ForAll long seed) {
        Random random = new Random(seed);
        List<Slots<Thing>> two = List.of(new Slots<>(), new Slots<>());
        List<List<Thing>> models = List.of(new ArrayList<>(), new ArrayList<>());
        List<Thing> things = new ArrayList<>();
        for (int i = 0; i < 60; i++) things.add(new Thing());
        for (int step = 0; step < 500; step++) {
            int which = random.nextInt(2);
            Thing thing = things.get(random.nextInt(things.size()));
            boolean isElsewhere = models.get(1 - which).contains(thing);
            // Removing a stranger does nothing.
            if (models.get(which).remove(thing) || isElsewhere) {
                two.get(which).remove(thing);
            } else {
                two.get(which).add(thing);
                models.get(which).add(thing);
            }
            List<Thing> held = new ArrayList<>();
            for (int i = 0; i < two.get(which).size(); i++)
                held.add(two.get(which).get(i));
            assertThat(held).containsExactlyInAnyOrderElementsOf(models.get(which));
        }
    }

    /// As with `presence=true`: searched for, 40,000 readers that leave would take a minute.
    @Test
    void letsReadersOfTwoChannelsGoWithoutASearch() {
        try (Rig rig = Rig.start()) {
            Audience audience = new Audience();
            Selection both = Selection.of("a", "$presence/a");
            List<Reader> readers = new ArrayList<>();
            for (int i = 0; i < 1_000; i++) readers.add(reader(rig));
            readers.forEach(each -> audience.join(both, each));
            Collections.shuffle(readers, new Random(1));
            ReaderSet set = audience.named(new ChannelName("a"));
            for (Reader each : readers) {
                assertThat(set).isNotNull();
                assertThat(each.places).hasSize(2).allMatch(place -> place.reader() == each);
                audience.leave(both, each);
            }
            assertThat(set.members.size()).isZero();
            assertThat(audience.isEmpty()).isTrue();
        }
    }

    @Test
    void forgetsWhatNobodyReads() {
        try (Rig rig = Rig.start()) {
            Audience audience = new Audience();
            Reader reader = reader(rig);
            audience.join(Selection.of("a", "*/x"), reader);
            audience.leave(Selection.of("a", "*/x"), reader);
            assertThat(audience.isEmpty()).isTrue();
            audience.leave(Selection.of("a", "*/x"), reader);
            assertThat(audience.isEmpty()).isTrue();
        }
    }
}
