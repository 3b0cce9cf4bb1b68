package dev.sluice.core.log;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.core.channel.ChannelName;
import dev.sluice.core.channel.Selection;
import dev.sluice.core.cursor.Cursor;
import dev.sluice.core.cursor.ReadCursor;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

/// Changes of the head and of channels, and the lag of readers.
public interface ChangeContract extends LogSubject {
    @Test
    default void notifiesListenersWhenTheHeadHasMoved() {
        try (var test = open()) {
            AtomicReference<Cursor> seen = new AtomicReference<>(test.log.head());
            try (Registration registration = test.log.onHeadMoved(() -> seen.set(test.log.head()))) {
                assertThat(registration).isNotNull();
                for (int i = 0; i < 3; i++) {
                    Cursor id = test.publish("a", "1");
                    assertThat(seen).hasValue(id);
                }
            }
            Cursor last = seen.get();
            test.publish("a", "2");
            assertThat(seen).as("closed").hasValue(last);
        }
    }

    @Test
    default void doesNotNotifyListenersWhenNothingChanged() {
        try (var test = open()) {
            Cursor end = test.end("a");
            AtomicInteger calls = new AtomicInteger();
            test.log.onHeadMoved(calls::incrementAndGet);
            assertThat(test.append(TestLog.draft("a", "late", false), Conditions.NONE))
                    .isEqualTo(new AppendResult.Ended(end));
            test.delete("nobody");
            test.maintain();
            assertThat(calls).hasValue(0);
        }
    }

    @Test
    default void anExceptionOfAListenerAffectsNoOther() {
        try (var test = open()) {
            AtomicInteger calls = new AtomicInteger();
            Thread.UncaughtExceptionHandler before = Thread.currentThread().getUncaughtExceptionHandler();
            test.log.onHeadMoved(() -> {
                Thread.currentThread().setUncaughtExceptionHandler((thread, failure) -> {}); // Quiet.
                throw new IllegalStateException("thrown by the test's listener");
            });
            test.log.onHeadMoved(calls::incrementAndGet);
            test.publish("a", "1");
            Thread.currentThread().setUncaughtExceptionHandler(before);
            assertThat(calls).hasValue(1);
            assertThat(test.all(test.earliest("a"), "a")).containsExactly("1");
        }
    }

    private static Set<String> changedSince(TestLog test, Cursor place) {
        Set<String> changed = new TreeSet<>();
        Cursor seen = test.log.changedSince(place, (ChannelName channel) -> changed.add(channel.value()));
        assertThat(seen).isEqualTo(test.log.head());
        return changed;
    }

    @Test
    default void reportsTheChangedChannels() {
        try (var test = openKeeping(2)) {
            Cursor begin = test.log.head();
            assertThat(changedSince(test, begin)).isEmpty();
            Cursor first = test.publish("a", "1");
            Cursor second = test.publish("b", "2");
            test.end("c");
            assertThat(changedSince(test, begin)).containsExactly("a", "b", "c");
            assertThat(changedSince(test, first)).containsExactly("b", "c");
            assertThat(changedSince(test, second)).containsExactly("c");
            test.delete("c");
            assertThat(changedSince(test, second)).as("a deletion is a change").containsExactly("c");
            Cursor third = test.log.head();
            for (int i = 0; i < 10; i++) test.publish("b", "x");
            assertThat(changedSince(test, third)).as("a trim is a change").containsExactly("b");
            assertThat(changedSince(test, test.log.head())).isEmpty();
        }
    }

    private static Lag lag(TestLog test, Cursor place, String... selection) {
        return test.log.lag(ReadCursor.at(place), Selection.of(selection));
    }

    @Test
    default void estimatesTheLagOfAReader() {
        try (var test = open()) {
            Cursor begin = test.log.head();
            for (int i = 0; i < 100; i++) test.publish("a", "0123456789");
            Cursor middle = test.log.head();
            for (int i = 0; i < 100; i++) test.publish("a", "0123456789");
            for (String selection : new String[] {"a", "*"}) {
                assertThat(lag(test, begin, selection)).isEqualTo(new Lag(200, 2000));
                assertThat(lag(test, middle, selection).events()).isBetween(95L, 105L);
                assertThat(lag(test, middle, selection).bytes()).isBetween(950L, 1050L);
                assertThat(lag(test, test.log.head(), selection)).isEqualTo(Lag.NONE);
            }
            assertThat(lag(test, begin, "b")).isEqualTo(Lag.NONE);
            test.publish("b", "x");
            assertThat(lag(test, begin, "a", "b").events()).isEqualTo(201);
            assertThat(lag(test, middle, "b").events()).isEqualTo(1);
        }
    }
}
