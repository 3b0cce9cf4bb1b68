package dev.sluice.core.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.core.access.Grant;
import dev.sluice.core.channel.ChannelName;
import dev.sluice.core.channel.Selection;
import dev.sluice.core.cursor.Cursor;
import dev.sluice.core.delivery.stream.SubscriptionSpec;
import dev.sluice.core.event.Draft;
import dev.sluice.core.event.EventType;
import dev.sluice.core.log.Conditions;
import dev.sluice.core.log.Publication;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Random;
import java.util.Set;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

/// All readers of a channel that grew are notified, in any number of slices, while readers join and leave.
class FanOutTest {
    private static final List<String> NAMES = List.of("a", "b", "a/x", "a/y", "b/x");
    private static final List<String> PATTERNS = List.of("a", "b", "a/x", "*", "**", "a/*", "*/x", "a/**", "c/*");

    private final SubscriptionIndex index = new SubscriptionIndex();
    private final Set<Reader> notified = Collections.newSetFromMap(new IdentityHashMap<>());
    private final FanOut fanOut = new FanOut(index, notified::add);
    private final IdentityHashMap<Reader, Selection> present = new IdentityHashMap<>();

    private static List<Reader> readers(Rig rig, int count) {
        List<Reader> all = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            // A subscriber that waits forever for its start position, so that it does nothing by itself.
            all.add(rig.dispatcher()
                    .subscribe(
                            Grant.EVERYTHING,
                            SubscriptionSpec.latest(Selection.of("nobody"))
                                    .from(new SubscriptionSpec.From.Resume("e1-1000")),
                            rig.wire,
                            new Client(rig, new FakeSink())));
        }
        return all;
    }

    private void join(Reader reader, Selection selection) {
        index.join(selection, reader);
        present.put(reader, selection);
    }

    private void leave(Reader reader) {
        index.leave(present.remove(reader), reader);
    }

    private static Selection selection(Random random) {
        String[] patterns = new String[1 + random.nextInt(3)];
        for (int i = 0; i < patterns.length; i++) patterns[i] = PATTERNS.get(random.nextInt(PATTERNS.size()));
        return Selection.of(patterns);
    }

    @Property(tries = 30)
    void notifiesExactlyTheReadersThatStay(@ForAll long seed) {
        Random random = new Random(seed);
        try (Rig rig = Rig.start()) {
            List<Reader> readers = readers(rig, 60);
            for (int round = 0; round < 5; round++) {
                for (int i = 0; i < 20; i++) joinOrLeave(readers.get(random.nextInt(readers.size())), random);
                Set<ChannelName> changed = new HashSet<>();
                Cursor before = rig.log.head();
                for (int i = random.nextInt(4); i >= 0; i--) {
                    String name = NAMES.get(random.nextInt(NAMES.size()));
                    rig.publish(name, "x");
                    changed.add(new ChannelName(name));
                }
                IdentityHashMap<Reader, Selection> staying = new IdentityHashMap<>(present);
                notified.clear();
                assertThat(fanOut.begin(rig.log, before)).isEqualTo(rig.log.head());
                while (!slice(1 + random.nextInt(8))) {
                    Reader other = readers.get(random.nextInt(readers.size()));
                    joinOrLeave(other, random);
                    staying.remove(other);
                }
                staying.forEach((reader, selection) -> assertThat(notified.contains(reader))
                        .as("%s of %s", selection, changed)
                        .isEqualTo(changed.stream().anyMatch(selection::matches)));
            }
        }
    }

    private void joinOrLeave(Reader reader, Random random) {
        if (present.containsKey(reader)) leave(reader);
        else join(reader, selection(random));
    }

    private boolean slice(int steps) {
        int before = notified.size();
        boolean isDone = fanOut.run(steps);
        assertThat(notified.size() - before).isLessThanOrEqualTo(steps);
        return isDone;
    }

    @Test
    void notifiesASetOfReadersOnceHoweverManyChannelsChanged() {
        try (Rig rig = Rig.start()) {
            List<Reader> notifications = new ArrayList<>();
            FanOut all = new FanOut(index, notifications::add);
            List<Reader> readers = readers(rig, 10);
            for (Reader each : readers) join(each, Selection.of("a/*"));
            for (int round = 0; round < 2; round++) {
                Cursor before = rig.log.head();
                for (int i = 0; i < 20; i++) rig.publish("a/" + i, "x");
                notifications.clear();
                all.begin(rig.log, before);
                assertThat(all.run(1_000)).isTrue();
                assertThat(notifications).containsExactlyInAnyOrderElementsOf(readers);
            }
        }
    }

    @Test
    void notifiesReadersForTheFirstTimeAfterAnyNumberOfFanOuts() {
        try (Rig rig = Rig.start()) {
            Reader reader = readers(rig, 1).getFirst();
            join(reader, Selection.of("a"));
            fanOut.generation = (1L << 32) - 1;
            Cursor before = rig.log.head();
            rig.publish("a", "x");
            fanOut.begin(rig.log, before);
            assertThat(fanOut.run(100)).isTrue();
            assertThat(notified).containsExactly(reader);
        }
    }

    @Test
    void notifiesAllReadersWhereTheLogNoLongerNamesTheChangedChannels() {
        try (Rig rig = Rig.start()) {
            Cursor before = rig.log.head();
            List<Publication> many = new ArrayList<>();
            Draft draft = Draft.event(new ChannelName("other"), EventType.MESSAGE, Rig.text("x"));
            for (int i = 0; i < 20_000; i++) many.add(new Publication(draft, Conditions.NONE));
            Rig.get(rig.log.appendAll(many));
            List<Reader> readers = readers(rig, 100);
            for (int i = 0; i < 100; i++) join(readers.get(i), Selection.of("a" + i, "b/*", "c" + i % 7));
            fanOut.begin(rig.log, before);
            for (int i = 0; !slice(10); i++) leave(readers.get(i));
            assertThat(notified).containsAll(present.keySet());
            assertThat(present).isNotEmpty();
        }
    }
}
