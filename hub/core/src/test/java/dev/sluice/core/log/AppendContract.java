package dev.sluice.core.log;

import static dev.sluice.core.log.TestLog.draft;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.core.channel.ChannelName;
import dev.sluice.core.channel.Selection;
import dev.sluice.core.cursor.Cursor;
import dev.sluice.core.cursor.ReadCursor;
import dev.sluice.core.event.Content;
import dev.sluice.core.event.ContentKind;
import dev.sluice.core.event.Draft;
import dev.sluice.core.event.Entry;
import dev.sluice.core.event.Event;
import dev.sluice.core.event.EventFields;
import dev.sluice.core.event.TraceParent;
import dev.sluice.core.metrics.AppendCount;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/// The outcomes of appends.
public interface AppendContract extends LogSubject {
    @Test
    default void assignsEachEventAnIdAfterAllOthers() {
        try (var test = open()) {
            Cursor first = test.publish("a", "1");
            Cursor second = test.publish("b", "2");
            Cursor third = test.publish("a", "3");
            assertThat(List.of(first, second, third)).isSorted().doesNotHaveDuplicates();
            assertThat(test.log.head()).isEqualTo(third);
            assertThat(Cursor.parse(first.text())).contains(first);
        }
    }

    @Test
    default void keepsAllFieldsOfADraft() {
        try (var test = open()) {
            Draft draft = new Draft(
                    new ChannelName("a"),
                    "tick",
                    EventFields.ofKey("EUR").with("from", "alice").in(new TraceParent(1, -2, 3, (byte) -1)),
                    new Content(ContentKind.JSON, "application/json", new byte[] {'{', '}'}),
                    true,
                    false);
            Cursor id = ((AppendResult.Placed) test.append(draft, Conditions.NONE)).id();
            Event event = (Event) only(test, "a");
            assertThat(event.id()).isEqualTo(id);
            assertThat(event.channel()).isEqualTo(draft.channel());
            assertThat(event.type()).isEqualTo("tick");
            assertThat(event.key()).isEqualTo("EUR");
            assertThat(event.from()).isEqualTo("alice");
            assertThat(event.traceParent()).isEqualTo(draft.traceParent());
            assertThat(event.content()).usingRecursiveComparison().isEqualTo(draft.content());
            assertThat(event.isKeyEnd()).isTrue();
            assertThat(event.isForgotten()).isFalse();
            assertThat(event.timeMs()).isEqualTo(TestClock.BEGIN_MS);
        }
    }

    @Test
    default void appendsEachOfSeveralByItselfAndInOrder() {
        try (var test = open()) {
            Conditions onlyFirst = new Conditions(null, new Conditions.Newest.None());
            List<AppendResult> outcomes = test.appendEach(
                    new Publication(draft("a", "1", false), onlyFirst),
                    new Publication(draft("a", "2", false), onlyFirst),
                    new Publication(draft("b", "3", false), onlyFirst),
                    new Publication(draft("a", "4", false), Conditions.NONE));
            assertThat(outcomes.get(1)).isInstanceOf(AppendResult.NewestDiffers.class);
            assertThat(List.of(placed(outcomes.get(0)), placed(outcomes.get(2)), placed(outcomes.get(3))))
                    .isSorted()
                    .doesNotHaveDuplicates();
            assertThat(test.log.head()).isEqualTo(placed(outcomes.get(3)));
        }
    }

    private static Cursor placed(AppendResult outcome) {
        return ((AppendResult.Placed) outcome).id();
    }

    @Test
    default void countsOutcomes() {
        try (var test = open()) {
            Cursor newest = test.publish("a", "four");
            test.append(draft("a", "refused", false), new Conditions(null, new Conditions.Newest.None()));
            Publication second = new Publication(draft("a", "five5", false), Conditions.NONE);
            Publication third = new Publication(
                    draft("b", "", false), new Conditions(null, new Conditions.Newest.Is(newest.text())));
            test.appendAll(second, second);
            test.appendAll(second, third);
            test.publish("$audit", "of the hub");
            assertThat(test.log.outcomes())
                    .containsEntry(AppendCount.PLACED, 4L)
                    .containsEntry(AppendCount.PLACED_RESERVED, 1L)
                    .containsEntry(AppendCount.PLACED_BYTES, 24L)
                    .containsEntry(AppendCount.REFUSED_NEWEST_DIFFERS, 2L)
                    .containsEntry(AppendCount.REPEATED, 0L)
                    .hasSize(AppendCount.values().length);
        }
    }

    private static Entry only(TestLog test, String channel) {
        Read.Batch batch = (Read.Batch) test.read(test.earliest(channel), channel);
        assertThat(batch.entries()).hasSize(1);
        return batch.entries().getFirst();
    }

    @Test
    default void timesNeverGoBack() {
        try (var test = open()) {
            test.publish("a", "1");
            test.clock.advance(Duration.ofMinutes(-10));
            test.publish("b", "2");
            test.clock.advance(Duration.ofMinutes(15));
            test.publish("a", "3");
            Read.Batch batch = (Read.Batch) test.read(test.earliest("**"), "**");
            assertThat(batch.entries())
                    .extracting(entry -> entry.timeMs() - TestClock.BEGIN_MS)
                    .containsExactly(0L, 0L, Duration.ofMinutes(5).toMillis());
        }
    }

    @Test
    default void refusesAppendsAfterTheEndOfAChannel() {
        try (var test = open()) {
            test.publish("a", "1");
            Cursor end = test.end("a");
            assertThat(test.channel("a").end()).isEqualTo(end);
            assertThat(test.append(draft("a", "late", false), Conditions.NONE)).isEqualTo(new AppendResult.Ended(end));
            assertThat(test.append(draft("a", null, true), Conditions.NONE)).isEqualTo(new AppendResult.Ended(end));
            assertThat(test.all(test.earliest("a"), "a")).containsExactly("1", "end of a");
            assertThat(test.log.head()).isEqualTo(end);
            test.publish("b", "other channels stay open");
        }
    }

    @Test
    default void placesTheLastEventAndTheEndTogether() {
        try (var test = open()) {
            AppendResult appended = test.append(draft("a", "last", true), Conditions.NONE);
            Cursor id = ((AppendResult.Placed) appended).id();
            ChannelState state = test.channel("a");
            assertThat(state.latest()).isEqualTo(id);
            assertThat(state.end()).isNotNull().isGreaterThan(id);
            assertThat(test.log.head()).isEqualTo(state.end());
            assertThat(test.all(test.earliest("a"), "a")).containsExactly("last", "end of a");
        }
    }

    @Test
    default void endsAChannelThatNeverHadAnEvent() {
        try (var test = open()) {
            Cursor end = test.end("a");
            assertThat(test.channel("a"))
                    .isEqualTo(new ChannelState(new ChannelName("a"), null, null, end, 0, 0, TestClock.BEGIN_MS));
            assertThat(test.all(test.earliest("a"), "a")).containsExactly("end of a");
        }
    }

    @Test
    default void placesABatchInOrder() {
        try (var test = open()) {
            AppendResult.Batch batch = test.appendAll(
                    new Publication(draft("a", "1", false), Conditions.NONE),
                    new Publication(draft("b", "2", true), Conditions.NONE),
                    new Publication(draft("a", "3", false), Conditions.NONE));
            List<AppendResult> each = ((AppendResult.Batch.All) batch).each();
            assertThat(each).hasSize(3).allMatch(one -> one instanceof AppendResult.Placed);
            assertThat(test.all(test.earliest("**"), "**")).containsExactly("1", "2", "end of b", "3");
            assertThat(test.channel("a").latest()).isEqualTo(((AppendResult.Placed) each.get(2)).id());
        }
    }

    @Test
    default void leavesNothingOfARefusedBatch() {
        try (var test = open()) {
            Cursor end = test.end("b");
            AppendResult.Batch batch = test.appendAll(
                    new Publication(draft("a", "1", false), ConditionContract.once("key", "print")),
                    new Publication(draft("b", "2", false), Conditions.NONE),
                    new Publication(draft("c", "3", false), Conditions.NONE));
            assertThat(batch).isEqualTo(new AppendResult.Batch.None(1, new AppendResult.Ended(end)));
            assertThat(test.log.head()).isEqualTo(end);
            assertThat(test.all(test.earliest("a", "c"), "a", "c")).isEmpty();
            assertThat(test.append(draft("a", "1", false), ConditionContract.once("key", "print")))
                    .as("a key of a refused batch is unused")
                    .isInstanceOf(AppendResult.Placed.class);
        }
    }

    @Test
    default void acceptsAnEmptyBatch() {
        try (var test = open()) {
            Cursor head = test.log.head();
            assertThat(test.appendAll()).isEqualTo(new AppendResult.Batch.All(List.of()));
            assertThat(test.log.head()).isEqualTo(head);
        }
    }

    @Test
    default void checksEachItemOfABatchAfterThoseBeforeIt() {
        try (var test = open()) {
            Conditions ifNone = new Conditions(null, new Conditions.Newest.None());
            AppendResult.Batch twice = test.appendAll(
                    new Publication(draft("a", "1", false), ifNone), new Publication(draft("a", "2", false), ifNone));
            assertThat(twice).isInstanceOfSatisfying(AppendResult.Batch.None.class, none -> {
                assertThat(none.index()).isEqualTo(1);
                assertThat(none.refusal()).isInstanceOf(AppendResult.NewestDiffers.class);
            });
            AppendResult.Batch ended = test.appendAll(
                    new Publication(draft("a", "1", true), Conditions.NONE),
                    new Publication(draft("a", "2", false), Conditions.NONE));
            assertThat(ended)
                    .isInstanceOfSatisfying(
                            AppendResult.Batch.None.class,
                            none -> assertThat(none.refusal()).isInstanceOf(AppendResult.Ended.class));
            Publication once = new Publication(draft("a", "1", false), ConditionContract.once("k", "p"));
            AppendResult.Batch same = test.appendAll(once, once);
            assertThat(same).isInstanceOfSatisfying(AppendResult.Batch.All.class, all -> {
                Cursor id = ((AppendResult.Placed) all.each().getFirst()).id();
                assertThat(all.each().getLast()).isEqualTo(new AppendResult.Same(id));
            });
            assertThat(test.all(test.earliest("a"), "a")).containsExactly("1");
        }
    }

    @Test
    default void failsCallsToAClosedLog() {
        try (var test = open()) {
            test.publish("a", "1");
            test.log.close();
            Publication late = new Publication(draft("a", "2", false), Conditions.NONE);
            assertThat(test.log.append(late).toCompletableFuture()).isCompletedExceptionally();
            assertThat(test.log.appendAll(List.of(late)).toCompletableFuture()).isCompletedExceptionally();
            assertThat(test.log.delete(new ChannelName("a")).toCompletableFuture())
                    .isCompletedExceptionally();
            assertThat(test.log.resolve("x").toCompletableFuture()).isCompletedExceptionally();
            assertThat(test.log
                            .locate(new Start.Latest(), Selection.of("a"), Filter.NONE)
                            .toCompletableFuture())
                    .isCompletedExceptionally();
        }
    }

    @Test
    default void startsEmpty() {
        try (var test = open()) {
            ReadCursor place = ReadCursor.at(test.log.head());
            assertThat(test.read(place, "a", "b/**")).isEqualTo(new Read.CaughtUp(test.log.head()));
            assertThat(test.earliest("a")).isEqualTo(place);
        }
    }
}
