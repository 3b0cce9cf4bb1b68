package dev.sluice.core.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.core.access.Grant;
import dev.sluice.core.channel.ChannelName;
import dev.sluice.core.channel.Selection;
import dev.sluice.core.cursor.Cursor;
import dev.sluice.core.delivery.stream.Rejection;
import dev.sluice.core.delivery.stream.SubscriptionSpec;
import dev.sluice.core.event.Event;
import dev.sluice.core.log.GapReason;
import dev.sluice.core.log.Start;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/// A poll is answered exactly once.
class PollTest {
    private static final String CHANNEL = "news";
    private static final int LIMIT = 5;
    private static final long BYTES_MAX = 1_000;
    private final Selection selection = Selection.of(CHANNEL);
    private final List<Poll.Result> answers = new ArrayList<>();

    private Poll poll(Rig rig, SubscriptionSpec subscription, Duration wait, @Nullable Cursor before) {
        return Poll.start(
                rig.dispatcher(),
                Grant.EVERYTHING,
                subscription,
                LIMIT,
                BYTES_MAX,
                wait.toMillis(),
                before,
                _ -> true,
                answers::add);
    }

    private Poll.Result.Found pollNow(Rig rig, SubscriptionSpec subscription) {
        answers.clear();
        poll(rig, subscription, Duration.ZERO, null);
        rig.settle();
        return found();
    }

    private Poll.Result.Found found() {
        assertThat(answers).hasSize(1);
        return (Poll.Result.Found) answers.getFirst();
    }

    private static List<String> data(Poll.Result.Found found) {
        return found.events().stream()
                .map(Event::content)
                .map(content -> new String(content.bytes(), StandardCharsets.UTF_8))
                .toList();
    }

    private static void publish(Rig rig, int events) {
        for (int i = 0; i < events; i++) rig.publish(CHANNEL, Integer.toString(i));
    }

    @Test
    void findsNothingInAnEmptyLog() {
        try (Rig rig = Rig.start()) {
            Poll.Result.Found found = pollNow(rig, Rig.earliest(selection));
            assertThat(found.events()).isEmpty();
            assertThat(found.more()).isFalse();
            assertThat(found.closed()).isFalse();
            assertThat(found.gap()).isNull();
            assertThat(found.cursor()).isEqualTo(rig.log.head());
        }
    }

    @Test
    void isAnsweredAtOnceIfItNeedNotWait() {
        try (Rig rig = Rig.start()) {
            publish(rig, 1);
            poll(rig, Rig.earliest(selection), Duration.ofMinutes(1), null);
            assertThat(data(found())).containsExactly("0");
        }
    }

    @Test
    void pagesThroughEverythingWithoutLossOrRepetition() {
        try (Rig rig = Rig.start()) {
            publish(rig, 23);
            List<String> all = new ArrayList<>();
            Poll.Result.Found found = pollNow(rig, Rig.earliest(selection));
            Cursor begin = found.begin();
            while (true) {
                assertThat(found.begin()).isEqualTo(begin);
                assertThat(found.events()).hasSizeBetween(1, LIMIT);
                all.addAll(data(found));
                if (!found.more()) break;
                begin = found.cursor();
                found = pollNow(rig, Rig.resume(selection, begin));
            }
            assertThat(all).hasSize(23).doesNotHaveDuplicates();
            assertThat(found.cursor()).isEqualTo(rig.log.head());
        }
    }

    @Test
    void reportsMoreOnlyIfThereIsMore() {
        try (Rig rig = Rig.start()) {
            publish(rig, LIMIT);
            assertThat(pollNow(rig, Rig.earliest(selection)).more()).isFalse();
            rig.publish("other", "x");
            assertThat(pollNow(rig, Rig.earliest(selection)).more()).isFalse();
            publish(rig, 1);
            assertThat(pollNow(rig, Rig.earliest(selection)).more()).isTrue();
        }
    }

    @Test
    void addsNoEventBeyondItsLimitOfBytes() {
        try (Rig rig = Rig.start()) {
            for (int i = 0; i < 4; i++) rig.publish(CHANNEL, "x".repeat(600));
            Poll.Result.Found found = pollNow(rig, Rig.earliest(selection));
            assertThat(found.events()).hasSize(2);
            assertThat(found.more()).isTrue();
            rig.publish(CHANNEL, "y".repeat(100_000));
            Poll.Result.Found huge = pollNow(rig, Rig.resume(selection, found.cursor()));
            assertThat(huge.events()).hasSize(2);
            assertThat(pollNow(rig, Rig.resume(selection, huge.cursor())).events())
                    .hasSize(1);
        }
    }

    @Test
    void waitsForTheFirstEvent() {
        try (Rig rig = Rig.start()) {
            poll(rig, SubscriptionSpec.latest(selection), Duration.ofSeconds(20), null);
            rig.settle().pass(Duration.ofSeconds(10));
            rig.publish("other", "not asked for");
            rig.settle();
            assertThat(answers).isEmpty();
            Cursor id = rig.publish(CHANNEL, "a");
            rig.settle();
            assertThat(data(found())).containsExactly("a");
            assertThat(found().cursor()).isGreaterThanOrEqualTo(id);
            rig.publish(CHANNEL, "b");
            rig.settle().pass(Duration.ofSeconds(20));
            assertThat(answers).hasSize(1);
        }
    }

    @Test
    void isAnsweredEmptyWhenItsWaitExpiresAndNotEarlier() {
        try (Rig rig = Rig.start()) {
            rig.jump(Duration.ofMillis(130)); // Not at a tick.
            poll(rig, SubscriptionSpec.latest(selection), Duration.ofSeconds(20), null);
            Cursor elsewhere = rig.publish("other", "x");
            rig.settle().pass(Duration.ofMillis(19_990));
            assertThat(answers).isEmpty();
            rig.pass(Duration.ofMillis(500));
            assertThat(found().events()).isEmpty();
            assertThat(found().cursor()).isEqualTo(elsewhere);
        }
    }

    @Test
    void findsEventsPublishedBetweenTwoPolls() {
        try (Rig rig = Rig.start()) {
            Cursor begin = rig.publish(CHANNEL, "a");
            poll(rig, Rig.resume(selection, begin), Duration.ZERO, null);
            rig.publish(CHANNEL, "b"); // The loop is woken, but has not read the log yet.
            poll(rig, Rig.resume(selection, begin), Duration.ZERO, null);
            assertThat(answers).hasSize(2);
            assertThat(data((Poll.Result.Found) answers.getLast())).containsExactly("b");
        }
    }

    @Test
    void isClosedWhenAllChannelsHaveEnded() {
        try (Rig rig = Rig.start()) {
            publish(rig, LIMIT);
            poll(rig, SubscriptionSpec.latest(selection), Duration.ofSeconds(20), null);
            rig.endChannel(CHANNEL);
            rig.settle();
            assertThat(found().closed()).isTrue();
            assertThat(pollNow(rig, Rig.earliest(selection)).closed()).isTrue();
            assertThat(pollNow(rig, Rig.earliest(Selection.of(CHANNEL, "other")))
                            .closed())
                    .isFalse();
            assertThat(pollNow(rig, SubscriptionSpec.latest(selection)).closed())
                    .isTrue();
        }
    }

    @Test
    void isAnsweredAtOnceWhenOneOfItsNamedChannelsEnds() {
        try (Rig rig = Rig.start()) {
            Selection several = Selection.of(CHANNEL, "other", "rooms/*");
            poll(rig, SubscriptionSpec.latest(several), Duration.ofSeconds(20), null);
            rig.endChannel("rooms/1"); // Not named in full.
            rig.settle();
            assertThat(answers).isEmpty();
            Cursor end = rig.endChannel(CHANNEL);
            rig.settle();
            assertThat(found().events()).isEmpty();
            assertThat(found().ended()).containsExactly(new ChannelName(CHANNEL));
            assertThat(found().closed()).isFalse();
            assertThat(found().cursor()).isEqualTo(end);

            answers.clear();
            poll(rig, Rig.resume(several, end), Duration.ofSeconds(20), null);
            rig.settle();
            assertThat(answers).as("of a client that knows of the end").isEmpty();
        }
    }

    @Test
    void isNotClosedWhileThereIsMore() {
        try (Rig rig = Rig.start()) {
            publish(rig, LIMIT + 1);
            rig.endChannel(CHANNEL);
            Poll.Result.Found first = pollNow(rig, Rig.earliest(selection));
            assertThat(first.more()).isTrue();
            assertThat(first.closed()).isFalse();
            assertThat(first.ended()).isEmpty();
            assertThat(pollNow(rig, Rig.resume(selection, first.cursor())).closed())
                    .isTrue();
        }
    }

    @Test
    void namesTheChannelsThatHaveEnded() {
        try (Rig rig = Rig.start()) {
            Selection both = Selection.of(CHANNEL, "other");
            Cursor last = rig.publish(CHANNEL, "last");
            Cursor end = rig.endChannel(CHANNEL);
            rig.publish("other", "x");
            for (Cursor after : List.of(last, end, rig.log.head()))
                assertThat(pollNow(rig, Rig.resume(both, after)).ended()).containsExactly(new ChannelName(CHANNEL));
            assertThat(pollNow(rig, Rig.earliest(Selection.of("other"))).ended())
                    .isEmpty();
        }
    }

    @Test
    void reportsAGapAndContinuesAfterIt() {
        try (Rig rig = Rig.retainingEvents(3)) {
            Cursor first = rig.publish(CHANNEL, "lost");
            publish(rig, 10);
            Poll.Result.Found found = pollNow(rig, Rig.resume(selection, first));
            assertThat(found.gap()).isNotNull();
            assertThat(found.gap().resume()).isEqualTo(found.begin());
            assertThat(data(found)).containsExactly("7", "8", "9");
        }
    }

    @Test
    void continuesAtThePlaceOfAPageWithoutTheLossesThatThePageKnewOf() {
        try (Rig rig = Rig.start()) {
            publish(rig, LIMIT + 1);
            rig.publish("other", "lost");
            rig.delete("other");
            Selection both = Selection.of(CHANNEL, "other");
            Poll.Result.Found first = pollNow(rig, Rig.earliest(both));
            assertThat(pollNow(rig, Rig.resume(both, first.cursor())).gap()).isNotNull();

            SubscriptionSpec next = SubscriptionSpec.latest(both).from(first.place());
            Poll.Result.Found second = pollNow(rig, next);
            assertThat(second.gap()).isNull();
            assertThat(data(second)).containsExactly("" + LIMIT);
            rig.publish("other", "lost, too");
            rig.delete("other");
            assertThat(pollNow(rig, next).gap()).isNotNull();
        }
    }

    @Test
    void continuesTheSnapshotOfAPage() {
        try (Rig rig = Rig.start()) {
            for (int key = 0; key <= LIMIT; key++) {
                rig.publish(CHANNEL, "message", "k" + key, "old " + key);
                rig.publish(CHANNEL, "message", "k" + key, "new " + key);
            }
            SubscriptionSpec snapshot = SubscriptionSpec.latest(selection).from(new SubscriptionSpec.From.Snapshot());
            Poll.Result.Found first = pollNow(rig, snapshot);
            assertThat(data(first)).containsExactly("new 0", "new 1", "new 2", "new 3", "new 4");
            rig.publish(CHANNEL, "message", "k0", "live");
            rig.publish(CHANNEL, "message", "k0", "live, too");
            assertThat(data(pollNow(rig, snapshot.from(first.place()))))
                    .containsExactly("new " + LIMIT, "live", "live, too");
        }
    }

    @Test
    void doesNotWaitIfThereIsAGap() {
        try (Rig rig = Rig.start()) {
            Cursor first = rig.publish(CHANNEL, "a");
            publish(rig, 1);
            rig.delete(CHANNEL);
            poll(rig, Rig.resume(selection, first), Duration.ofMinutes(1), null);
            rig.settle();
            assertThat(found().gap().reason()).isEqualTo(GapReason.DELETED);
            assertThat(found().events()).isEmpty();
        }
    }

    @Test
    void failsAtAGapIfAskedTo() {
        try (Rig rig = Rig.start()) {
            Cursor first = rig.publish(CHANNEL, "a");
            rig.delete(CHANNEL);
            SubscriptionSpec failing = new SubscriptionSpec(
                    selection, Set.of(), new SubscriptionSpec.From.Resume(first.text()), false, false, true);
            poll(rig, failing, Duration.ofMinutes(1), null);
            rig.settle();
            assertThat(answers)
                    .singleElement()
                    .isInstanceOfSatisfying(
                            Poll.Result.Refused.class,
                            answer -> assertThat(answer.refusal()).isInstanceOf(Rejection.Missing.class));
        }
    }

    @Test
    void reportsADeletionToAWaitingPoll() {
        try (Rig rig = Rig.start()) {
            publish(rig, 1);
            poll(rig, SubscriptionSpec.latest(selection), Duration.ofMinutes(1), null);
            rig.settle();
            rig.delete(CHANNEL);
            rig.settle();
            assertThat(found().gap().reason()).isEqualTo(GapReason.DELETED);
        }
    }

    @Test
    void pagesBack() {
        try (Rig rig = Rig.start()) {
            publish(rig, 12);
            Poll.Result.Found page = pollNow(
                    rig, SubscriptionSpec.latest(selection).from(new SubscriptionSpec.From.At(new Start.Last(LIMIT))));
            assertThat(data(page)).containsExactly("7", "8", "9", "10", "11");
            List<List<String>> pages = new ArrayList<>();
            while (!page.events().isEmpty()) {
                Cursor before = page.events().getFirst().id();
                answers.clear();
                poll(
                        rig,
                        SubscriptionSpec.latest(selection)
                                .from(new SubscriptionSpec.From.At(new Start.Before(before, LIMIT + 1))),
                        Duration.ZERO,
                        before);
                rig.settle();
                page = found();
                assertThat(page.more()).isEqualTo(data(page).contains("2"));
                pages.add(data(page));
            }
            assertThat(pages).containsExactly(List.of("2", "3", "4", "5", "6"), List.of("0", "1"), List.of());
        }
    }

    @Test
    void pagesBackWithTheNewestEventsWithinItsLimitOfBytes() {
        try (Rig rig = Rig.start()) {
            rig.publish(CHANNEL, "a".repeat(1_000)); // Too many by itself.
            for (String data : List.of("b", "c")) rig.publish(CHANNEL, data.repeat(400));
            Cursor before = rig.publish(CHANNEL, "d");
            SubscriptionSpec subscription = SubscriptionSpec.latest(selection)
                    .from(new SubscriptionSpec.From.At(new Start.Before(before, LIMIT + 1)));
            Poll.start(
                    rig.dispatcher(), Grant.EVERYTHING, subscription, LIMIT, 900, 0, before, _ -> true, answers::add);
            rig.settle();
            assertThat(data(found())).containsExactly("b".repeat(400), "c".repeat(400));
            assertThat(found().more()).isTrue();
        }
    }

    @Test
    void pagesBackThroughTheNewestEventOfEachKeyWhenConflating() {
        try (Rig rig = Rig.start()) {
            for (String key : List.of("a", "b", "c", "d", "e", "f")) rig.publish(CHANNEL, "message", key, key);
            for (int i = 0; i < 10; i++) rig.publish(CHANNEL, "message", "last", Integer.toString(i));
            Cursor before = rig.log.head();
            SubscriptionSpec subscription = Rig.of(selection, true, false, false)
                    .from(new SubscriptionSpec.From.At(new Start.Before(before, LIMIT + 1)));
            poll(rig, subscription, Duration.ZERO, before);
            rig.settle();
            assertThat(data(found())).containsExactly("b", "c", "d", "e", "f");
            assertThat(found().more()).isTrue();
        }
    }

    @Test
    void isNotAnsweredAfterClose() {
        try (Rig rig = Rig.start()) {
            Poll waiting = poll(rig, SubscriptionSpec.latest(selection), Duration.ofSeconds(20), null);
            rig.settle();
            waiting.close();
            publish(rig, 1);
            rig.settle().pass(Duration.ofMinutes(1));
            assertThat(answers).isEmpty();
        }
    }

    @Test
    void isAnsweredWhenTheServerStops() {
        try (Rig rig = Rig.start()) {
            poll(rig, SubscriptionSpec.latest(selection), Duration.ofSeconds(20), null);
            rig.settle();
            rig.dispatcher().stop();
            rig.settle();
            assertThat(found().events()).isEmpty();
        }
    }

    @Test
    void isRefusedIfTheLogDoesNotReachItsCursor() {
        try (Rig rig = Rig.start()) {
            poll(
                    rig,
                    SubscriptionSpec.latest(selection).from(new SubscriptionSpec.From.Resume("e1-99")),
                    Duration.ZERO,
                    null);
            rig.settle().pass(Duration.ofSeconds(6));
            assertThat(answers)
                    .singleElement()
                    .isInstanceOfSatisfying(
                            Poll.Result.Refused.class,
                            answer -> assertThat(answer.refusal()).isInstanceOf(Rejection.Unavailable.class));
        }
    }

    @Test
    void countsJoinedEventsAsOne() {
        try (Rig rig = Rig.start()) {
            for (int i = 0; i < 20; i++) rig.publish(CHANNEL, i + " ");
            Poll.Result.Found found = pollNow(rig, Rig.of(selection, false, true, false));
            assertThat(data(found)).containsExactly("0 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 ");
            assertThat(found.more()).isFalse();
            assertThat(found.cursor()).isEqualTo(rig.log.head());
        }
    }
}
