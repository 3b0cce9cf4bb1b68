package dev.sluice.core.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.core.channel.Selection;
import dev.sluice.core.cursor.Cursor;
import dev.sluice.core.event.Event;
import dev.sluice.core.log.Gap;
import dev.sluice.core.log.Start;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/// One question, one answer.
class PollTest {
    private static final String CHANNEL = "news";
    private static final int LIMIT = 5;
    private static final long BYTES_MAX = 1_000;
    private final Selection selection = Selection.of(CHANNEL);
    private final List<Poll.Result> answers = new ArrayList<>();

    private Poll ask(Rig rig, Subscription asked, Duration wait, @Nullable Cursor before) {
        return Poll.ask(rig.dispatcher(), asked, LIMIT, BYTES_MAX, wait.toMillis(), before, answers::add);
    }

    private Poll.Result.Found now(Rig rig, Subscription asked) {
        answers.clear();
        ask(rig, asked, Duration.ZERO, null);
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
    void findsNothingWhereThereIsNothing() {
        try (Rig rig = Rig.start()) {
            Poll.Result.Found found = now(rig, Rig.earliest(selection));
            assertThat(found.events()).isEmpty();
            assertThat(found.more()).isFalse();
            assertThat(found.closed()).isFalse();
            assertThat(found.gap()).isNull();
            assertThat(found.cursor()).isEqualTo(rig.log.head());
        }
    }

    @Test
    void isAnsweredAtOnceWhereItNeedNotWait() {
        try (Rig rig = Rig.start()) {
            publish(rig, 1);
            ask(rig, Rig.earliest(selection), Duration.ofMinutes(1), null);
            assertThat(data(found())).containsExactly("0");
        }
    }

    @Test
    void pagesThroughEverythingWithoutLossOrRepetition() {
        try (Rig rig = Rig.start()) {
            publish(rig, 23);
            List<String> all = new ArrayList<>();
            Poll.Result.Found found = now(rig, Rig.earliest(selection));
            Cursor begin = found.begin();
            while (true) {
                assertThat(found.begin()).isEqualTo(begin);
                assertThat(found.events()).hasSizeBetween(1, LIMIT);
                all.addAll(data(found));
                if (!found.more()) break;
                begin = found.cursor();
                found = now(rig, Rig.resume(selection, begin));
            }
            assertThat(all).hasSize(23).doesNotHaveDuplicates();
            assertThat(found.cursor()).isEqualTo(rig.log.head());
        }
    }

    @Test
    void saysThatThereIsMoreOnlyWhereThereIs() {
        try (Rig rig = Rig.start()) {
            publish(rig, LIMIT);
            assertThat(now(rig, Rig.earliest(selection)).more()).isFalse();
            rig.publish("other", "x");
            assertThat(now(rig, Rig.earliest(selection)).more()).isFalse();
            publish(rig, 1);
            assertThat(now(rig, Rig.earliest(selection)).more()).isTrue();
        }
    }

    @Test
    void takesNoFurtherEventOnceThereAreSoManyBytes() {
        try (Rig rig = Rig.start()) {
            for (int i = 0; i < 4; i++) rig.publish(CHANNEL, "x".repeat(600));
            Poll.Result.Found found = now(rig, Rig.earliest(selection));
            assertThat(found.events()).hasSize(2);
            assertThat(found.more()).isTrue();
            rig.publish(CHANNEL, "y".repeat(100_000));
            Poll.Result.Found huge = now(rig, Rig.resume(selection, found.cursor()));
            assertThat(huge.events()).hasSize(2);
            assertThat(now(rig, Rig.resume(selection, huge.cursor())).events()).hasSize(1);
        }
    }

    @Test
    void waitsForTheFirstEvent() {
        try (Rig rig = Rig.start()) {
            ask(rig, Subscription.latest(selection), Duration.ofSeconds(20), null);
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
    void isAnsweredEmptyAtTheEndOfItsTimeAndNotBefore() {
        try (Rig rig = Rig.start()) {
            rig.jump(Duration.ofMillis(130)); // Not where a tick falls.
            ask(rig, Subscription.latest(selection), Duration.ofSeconds(20), null);
            Cursor elsewhere = rig.publish("other", "x");
            rig.settle().pass(Duration.ofMillis(19_990));
            assertThat(answers).isEmpty();
            rig.pass(Duration.ofMillis(500));
            assertThat(found().events()).isEmpty();
            assertThat(found().cursor()).isEqualTo(elsewhere);
        }
    }

    @Test
    void seesWhatWasPublishedBetweenTwoPolls() {
        try (Rig rig = Rig.start()) {
            Cursor begin = rig.publish(CHANNEL, "a");
            ask(rig, Rig.resume(selection, begin), Duration.ZERO, null);
            rig.publish(CHANNEL, "b"); // The loop is woken, and has not looked yet.
            ask(rig, Rig.resume(selection, begin), Duration.ZERO, null);
            assertThat(answers).hasSize(2);
            assertThat(data((Poll.Result.Found) answers.getLast())).containsExactly("b");
        }
    }

    @Test
    void isTheEndWhereAllHaveEnded() {
        try (Rig rig = Rig.start()) {
            publish(rig, LIMIT);
            ask(rig, Subscription.latest(selection), Duration.ofSeconds(20), null);
            rig.endOf(CHANNEL);
            rig.settle();
            assertThat(found().closed()).isTrue();
            assertThat(now(rig, Rig.earliest(selection)).closed()).isTrue();
            assertThat(now(rig, Rig.earliest(Selection.of(CHANNEL, "other"))).closed())
                    .isFalse();
            assertThat(now(rig, Subscription.latest(selection)).closed()).isTrue();
        }
    }

    @Test
    void isNotTheEndWhileThereIsMore() {
        try (Rig rig = Rig.start()) {
            publish(rig, LIMIT + 1);
            rig.endOf(CHANNEL);
            Poll.Result.Found first = now(rig, Rig.earliest(selection));
            assertThat(first.more()).isTrue();
            assertThat(first.closed()).isFalse();
            assertThat(now(rig, Rig.resume(selection, first.cursor())).closed()).isTrue();
        }
    }

    @Test
    void tellsOfAGapAndGoesOnBehindIt() {
        try (Rig rig = Rig.keeping(3)) {
            Cursor first = rig.publish(CHANNEL, "lost");
            publish(rig, 10);
            Poll.Result.Found found = now(rig, Rig.resume(selection, first));
            assertThat(found.gap()).isNotNull();
            assertThat(found.gap().resume()).isEqualTo(found.begin());
            assertThat(data(found)).containsExactly("7", "8", "9");
        }
    }

    @Test
    void doesNotWaitWhereThereIsAGapToTell() {
        try (Rig rig = Rig.start()) {
            Cursor first = rig.publish(CHANNEL, "a");
            publish(rig, 1);
            rig.delete(CHANNEL);
            ask(rig, Rig.resume(selection, first), Duration.ofMinutes(1), null);
            rig.settle();
            assertThat(found().gap().reason()).isEqualTo(Gap.Reason.DELETED);
            assertThat(found().events()).isEmpty();
        }
    }

    @Test
    void failsWhereItWasAskedToFailAtAGap() {
        try (Rig rig = Rig.start()) {
            Cursor first = rig.publish(CHANNEL, "a");
            rig.delete(CHANNEL);
            Subscription failing = new Subscription(
                    selection, Set.of(), new Subscription.From.Resume(first.text()), false, false, true);
            ask(rig, failing, Duration.ofMinutes(1), null);
            rig.settle();
            assertThat(answers).singleElement().isInstanceOf(Poll.Result.Missing.class);
        }
    }

    @Test
    void tellsWhoWaitsOfADeletion() {
        try (Rig rig = Rig.start()) {
            publish(rig, 1);
            ask(rig, Subscription.latest(selection), Duration.ofMinutes(1), null);
            rig.settle();
            rig.delete(CHANNEL);
            rig.settle();
            assertThat(found().gap().reason()).isEqualTo(Gap.Reason.DELETED);
        }
    }

    @Test
    void pagesBack() {
        try (Rig rig = Rig.start()) {
            publish(rig, 12);
            Poll.Result.Found page =
                    now(rig, Subscription.latest(selection).from(new Subscription.From.At(new Start.Last(LIMIT))));
            assertThat(data(page)).containsExactly("7", "8", "9", "10", "11");
            List<List<String>> pages = new ArrayList<>();
            while (!page.events().isEmpty()) {
                Cursor before = page.events().getFirst().id();
                answers.clear();
                ask(
                        rig,
                        Subscription.latest(selection)
                                .from(new Subscription.From.At(new Start.Before(before, LIMIT + 1))),
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
    void pagesBackWithTheNewestThatFitInItsBytes() {
        try (Rig rig = Rig.start()) {
            for (String data : List.of("a", "b", "c")) rig.publish(CHANNEL, data.repeat(400));
            Cursor before = rig.publish(CHANNEL, "d");
            Subscription asked =
                    Subscription.latest(selection).from(new Subscription.From.At(new Start.Before(before, LIMIT + 1)));
            Poll.ask(rig.dispatcher(), asked, LIMIT, 900, 0, before, answers::add);
            rig.settle();
            assertThat(data(found())).containsExactly("b".repeat(400), "c".repeat(400));
            assertThat(found().more()).isTrue();
        }
    }

    @Test
    void isNotAnsweredOnceItIsClosed() {
        try (Rig rig = Rig.start()) {
            Poll poll = ask(rig, Subscription.latest(selection), Duration.ofSeconds(20), null);
            rig.settle();
            poll.close();
            publish(rig, 1);
            rig.settle().pass(Duration.ofMinutes(1));
            assertThat(answers).isEmpty();
        }
    }

    @Test
    void isAnsweredWhenTheServerStops() {
        try (Rig rig = Rig.start()) {
            ask(rig, Subscription.latest(selection), Duration.ofSeconds(20), null);
            rig.settle();
            rig.dispatcher().stop();
            rig.settle();
            assertThat(found().events()).isEmpty();
        }
    }

    @Test
    void isRefusedWhereItsPlaceDoesNotCome() {
        try (Rig rig = Rig.start()) {
            ask(rig, Subscription.latest(selection).from(new Subscription.From.Resume("e1-99")), Duration.ZERO, null);
            rig.settle().pass(Duration.ofSeconds(6));
            assertThat(answers).singleElement().isInstanceOf(Poll.Result.Unavailable.class);
        }
    }

    @Test
    void joinsNeighboursAndCountsThemAsOne() {
        try (Rig rig = Rig.start()) {
            for (int i = 0; i < 20; i++) rig.publish(CHANNEL, i + " ");
            Poll.Result.Found found = now(rig, Rig.of(selection, false, true, false));
            assertThat(data(found)).containsExactly("0 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 ");
            assertThat(found.more()).isFalse();
            assertThat(found.cursor()).isEqualTo(rig.log.head());
        }
    }
}
