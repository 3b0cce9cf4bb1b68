package dev.sluice.core.log;

import static dev.sluice.core.log.TestLog.draft;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.core.access.Principal;
import dev.sluice.core.cursor.Cursor;
import dev.sluice.core.event.Draft;
import dev.sluice.core.log.Conditions.Idempotency;
import dev.sluice.core.log.Conditions.Newest;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/// Conditions on a draft: the newest event, and idempotency keys.
public interface ConditionContract extends LogSubject {
    private static Conditions ifNewest(Newest newest) {
        return new Conditions(null, newest);
    }

    static Conditions once(String key, String fingerprint) {
        return new Conditions(new Idempotency("", key, fingerprint), new Newest.Any());
    }

    private static AppendResult publish(TestLog test, String channel, String data, Conditions conditions) {
        return test.append(draft(channel, data, false), conditions);
    }

    @Test
    default void placesOnlyInAnEmptyChannelIfRequired() {
        try (var test = open()) {
            test.publish("other", "0");
            AppendResult first = publish(test, "a", "1", ifNewest(new Newest.None()));
            assertThat(first).isInstanceOf(AppendResult.Placed.class);
            Cursor id = ((AppendResult.Placed) first).id();
            assertThat(publish(test, "a", "2", ifNewest(new Newest.None())))
                    .isEqualTo(new AppendResult.NewestDiffers(id));
            test.delete("a");
            assertThat(publish(test, "a", "3", ifNewest(new Newest.None()))).isInstanceOf(AppendResult.Placed.class);
        }
    }

    @Test
    default void placesOnlyAfterTheRequiredEvent() {
        try (var test = open()) {
            assertThat(publish(test, "a", "1", ifNewest(new Newest.Is("nonsense"))))
                    .isEqualTo(new AppendResult.NewestDiffers(null));
            Cursor first = test.publish("a", "1");
            test.publish("b", "not in this channel");
            AppendResult second = publish(test, "a", "2", ifNewest(new Newest.Is(first.text())));
            assertThat(second).isInstanceOf(AppendResult.Placed.class);
            assertThat(publish(test, "a", "3", ifNewest(new Newest.Is(first.text()))))
                    .isEqualTo(new AppendResult.NewestDiffers(((AppendResult.Placed) second).id()));
            assertThat(test.all(test.earliest("a"), "a")).containsExactly("1", "2");
        }
    }

    @Test
    default void countsAForgottenEventAsNewest() {
        try (var test = open()) {
            Cursor first = test.publish("a", "1");
            test.forget("a", first);
            assertThat(publish(test, "a", "2", ifNewest(new Newest.Is(first.text()))))
                    .isInstanceOf(AppendResult.Placed.class);
        }
    }

    @Test
    default void hasNoNewestEventWhenAllWereTrimmed() {
        try (var test = open(new Retention(Duration.ofMinutes(10), 100, 1 << 20))) {
            Cursor first = test.publish("a", "1");
            test.clock.advance(Duration.ofHours(1));
            test.maintain();
            assertThat(publish(test, "a", "2", ifNewest(new Newest.Is(first.text()))))
                    .isEqualTo(new AppendResult.NewestDiffers(null));
            assertThat(publish(test, "a", "2", ifNewest(new Newest.None()))).isInstanceOf(AppendResult.Placed.class);
        }
    }

    @Test
    default void answersARepeatWithTheFirstOutcome() {
        try (var test = open()) {
            Cursor id = ((AppendResult.Placed) publish(test, "a", "1", once("k", "p"))).id();
            test.publish("a", "2");
            assertThat(publish(test, "a", "1", once("k", "p"))).isEqualTo(new AppendResult.Same(id));
            assertThat(publish(test, "a", "x", once("k", "another"))).isEqualTo(new AppendResult.KeyReused());
            assertThat(test.all(test.earliest("a"), "a")).containsExactly("1", "2");
        }
    }

    @Test
    default void separatesIdempotencyKeysByPublisherAndChannel() {
        try (var test = open()) {
            publish(test, "a", "1", once("k", "p"));
            assertThat(publish(test, "b", "2", once("k", "p"))).isInstanceOf(AppendResult.Placed.class);
            Conditions alice = new Conditions(new Idempotency("alice", "k", "p"), new Newest.Any());
            assertThat(publish(test, "a", "3", alice)).isInstanceOf(AppendResult.Placed.class);
            assertThat(publish(test, "a", "4", once("l", "p"))).isInstanceOf(AppendResult.Placed.class);
        }
    }

    /// Nobody can use up a key of others, and a repeat is found wherever it comes from.
    @Test
    default void sharesKeysOfAnonymousPublishersForEqualContent() {
        try (var test = open()) {
            String home = new Principal("", "10.0.0.1").keyScope().text();
            String train = new Principal("", "10.0.0.2").keyScope().text();
            Draft draft = draft("a", "1", false);
            AppendResult first = test.append(draft, keyed(home, "k", "p"));
            Cursor id = ((AppendResult.Placed) first).id();
            assertThat(test.append(draft, keyed(train, "k", "p"))).isEqualTo(new AppendResult.Same(id));
            AppendResult other = test.append(draft, keyed(train, "k", "q"));
            assertThat(other).as("a key of its own").isInstanceOf(AppendResult.Placed.class);
            assertThat(test.append(draft, keyed(home, "k", "q")))
                    .as("the same address")
                    .isInstanceOf(AppendResult.KeyReused.class);
            assertThat(test.append(draft, keyed("", "k", "p"))).isInstanceOf(AppendResult.Placed.class);
            assertThat(test.append(draft, keyed("alice", "k", "p"))).isInstanceOf(AppendResult.Placed.class);
        }
    }

    @Test
    default void findsAKeyFromBeforeKeysHadAddresses() {
        try (var test = open()) {
            String home = new Principal("", "10.0.0.1").keyScope().text();
            Draft draft = draft("a", "1", false);
            Cursor id = ((AppendResult.Placed) test.append(draft, keyed("", "k", "p"))).id();
            assertThat(test.append(draft, keyed(home, "k", "p"))).isEqualTo(new AppendResult.Same(id));
            assertThat(test.append(draft, keyed(home, "k", "q"))).isInstanceOf(AppendResult.Placed.class);
        }
    }

    private static Conditions keyed(String publisher, String key, String fingerprint) {
        return new Conditions(new Idempotency(publisher, key, fingerprint), new Newest.Any());
    }

    @Test
    default void checksTheIdempotencyKeyFirst() {
        try (var test = open()) {
            Conditions first = new Conditions(new Idempotency("", "k", "p"), new Newest.None());
            Cursor id = ((AppendResult.Placed) publish(test, "a", "1", first)).id();
            assertThat(publish(test, "a", "1", first)).as("not: newest differs").isEqualTo(new AppendResult.Same(id));
            test.end("a");
            assertThat(publish(test, "a", "1", first)).as("not: ended").isEqualTo(new AppendResult.Same(id));
        }
    }

    @Test
    default void checksTheEndBeforeTheNewestEvent() {
        try (var test = open()) {
            test.publish("a", "1");
            Cursor end = test.end("a");
            assertThat(publish(test, "a", "2", ifNewest(new Newest.None()))).isEqualTo(new AppendResult.Ended(end));
        }
    }

    @Test
    default void remembersKeysOfSuccessfulPublishesOnly() {
        try (var test = open()) {
            Cursor newest = test.publish("a", "1");
            Conditions refused = new Conditions(new Idempotency("", "k", "p"), new Newest.None());
            assertThat(publish(test, "a", "2", refused)).isInstanceOf(AppendResult.NewestDiffers.class);
            Conditions right = new Conditions(new Idempotency("", "k", "q"), new Newest.Is(newest.text()));
            assertThat(publish(test, "a", "2", right)).isInstanceOf(AppendResult.Placed.class);
        }
    }

    @Test
    default void remembersAKeyForFiveMinutesFromItsSuccess() {
        try (var test = open()) {
            Cursor id = ((AppendResult.Placed) publish(test, "a", "1", once("k", "p"))).id();
            test.clock.advance(Duration.ofMinutes(5).minusMillis(1));
            test.maintain();
            assertThat(publish(test, "a", "1", once("k", "p"))).isEqualTo(new AppendResult.Same(id));
            test.clock.advance(Duration.ofMillis(1));
            assertThat(publish(test, "a", "1", once("k", "p")))
                    .as("a repeat does not extend it")
                    .isInstanceOf(AppendResult.Placed.class);
        }
    }

    @Test
    default void remembersTheKeyOfAnEnd() {
        try (var test = open()) {
            AppendResult first = test.append(draft("a", null, true), once("k", "p"));
            Cursor id = ((AppendResult.Placed) first).id();
            assertThat(test.append(draft("a", null, true), once("k", "p"))).isEqualTo(new AppendResult.Same(id));
            AppendResult last = test.append(draft("b", "last", true), once("k", "p"));
            assertThat(test.append(draft("b", "last", true), once("k", "p")))
                    .isEqualTo(new AppendResult.Same(((AppendResult.Placed) last).id()));
        }
    }
}
