package dev.sluice.core.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.core.channel.ChannelName;
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
                Set<Reader> named = identities();
                audience.of(channel, named::add);
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

    @Property(tries = 100)
    void aSetHoldsWhoJoinedAndHasNotLeft(@ForAll long seed) {
        Random random = new Random(seed);
        ReaderSet[] sets = {new ReaderSet(), new ReaderSet(), new ReaderSet()};
        List<List<Reader>> models = List.of(new ArrayList<>(), new ArrayList<>(), new ArrayList<>());
        try (Rig rig = Rig.start()) {
            List<Reader> readers = new ArrayList<>();
            for (int i = 0; i < 60; i++) readers.add(reader(rig));
            for (int step = 0; step < 500; step++) {
                int which = random.nextInt(sets.length);
                Reader reader = readers.get(random.nextInt(readers.size()));
                // A reader is in several sets, and knows its slot in one of them only. Removing a stranger does
                // nothing.
                if (models.get(which).remove(reader) || random.nextInt(10) == 0) {
                    sets[which].remove(reader);
                } else {
                    sets[which].add(reader);
                    models.get(which).add(reader);
                }
                List<Reader> held = new ArrayList<>();
                sets[which].forEach(held::add);
                assertThat(held).containsExactlyInAnyOrderElementsOf(models.get(which));
                assertThat(sets[which].isEmpty()).isEqualTo(held.isEmpty());
            }
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
