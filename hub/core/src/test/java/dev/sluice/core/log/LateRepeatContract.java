package dev.sluice.core.log;

import static dev.sluice.core.log.TestLog.draft;
import static dev.sluice.core.log.TestLog.keyedDraft;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.core.access.Principal;
import dev.sluice.core.cursor.Cursor;
import dev.sluice.core.event.Draft;
import dev.sluice.core.event.EventType;
import dev.sluice.core.log.Conditions.Idempotency;
import dev.sluice.core.log.Conditions.Newest;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/// A repeat that arrives after its event is gone places nothing. A client may have sent it long before: it waited at a
/// node that was cut off, while another one took the publish.
public interface LateRepeatContract extends LogSubject {
    private static Publication publication(Draft draft, String key) {
        return new Publication(draft, new Conditions(new Idempotency("", key, "p"), new Newest.Any()));
    }

    private static Cursor first(TestLog test, Publication publication) {
        return ((AppendResult.Placed) again(test, publication)).id();
    }

    private static AppendResult again(TestLog test, Publication publication) {
        return test.append(publication.draft(), publication.conditions());
    }

    @Test
    default void placesNoRepeatAfterTheDeletionOfItsChannel() {
        try (var test = open()) {
            Publication publication = publication(draft("a", "1", false), "k");
            Cursor id = first(test, publication);
            test.delete("a");
            assertThat(again(test, publication)).isEqualTo(new AppendResult.Same(id));
            Conditions otherBody = new Conditions(new Idempotency("", "k", "q"), new Newest.Any());
            assertThat(test.append(draft("a", "2", false), otherBody)).isEqualTo(new AppendResult.KeyReused());
            assertThat(test.channel("a").events()).isZero();

            test.publish("a", "new");
            assertThat(again(test, publication)).isEqualTo(new AppendResult.Same(id));
            test.delete("a");
            assertThat(again(test, publication)).as("of two deletions").isEqualTo(new AppendResult.Same(id));
            assertThat(again(test, publication(draft("a", "2", false), "l"))).isInstanceOf(AppendResult.Placed.class);
            assertThat(test.all(test.earliest("a"), "a")).containsExactly("2");
        }
    }

    @Test
    default void placesTheSamePublishAnewFiveMinutesAfterItsSuccess() {
        try (var test = open()) {
            Publication publication = publication(draft("a", "1", false), "k");
            first(test, publication);
            test.clock.advance(Duration.ofMinutes(3));
            test.delete("a");
            test.clock.advance(Duration.ofMinutes(2));
            assertThat(again(test, publication)).isInstanceOf(AppendResult.Placed.class);
        }
    }

    @Test
    default void placesNoRepeatFromAnotherAddressAfterADeletion() {
        try (var test = open()) {
            Draft draft = draft("a", "1", false);
            AppendResult first = test.append(draft, from("10.0.0.1"));
            test.delete("a");
            assertThat(test.append(draft, from("10.0.0.2")))
                    .isEqualTo(new AppendResult.Same(((AppendResult.Placed) first).id()));
        }
    }

    private static Conditions from(String address) {
        return new Conditions(
                new Idempotency(new Principal("", address).keyScope().text(), "k", "p"), new Newest.Any());
    }

    @Test
    default void placesNoRepeatOfAnErasedOrTrimmedEvent() {
        try (var test = openKeeping(4)) {
            Publication byId = publication(draft("a", "1", false), "by id");
            Publication byKey = publication(keyedDraft("a", EventType.MESSAGE, "key", "2", false), "by key");
            Publication trimmed = publication(draft("b", "3", false), "trimmed");
            List<Cursor> ids = List.of(first(test, byId), first(test, byKey), first(test, trimmed));
            test.forget("a", ids.getFirst());
            test.forgetKey("a", "key");
            for (int i = 0; i < 10; i++) test.publish("b", "newer");
            for (int i = 0; i < ids.size(); i++) {
                assertThat(again(test, List.of(byId, byKey, trimmed).get(i)))
                        .isEqualTo(new AppendResult.Same(ids.get(i)));
            }
            assertThat(test.all(test.earliest("a"), "a")).containsExactly("(forgotten)", "(forgotten)");
            assertThat(test.all(test.earliest("b"), "b")).containsOnly("newer");
        }
    }

    @Test
    default void aRepeatedEndLeavesTheReopenedChannelOpen() {
        try (var test = open()) {
            Publication last = publication(draft("a", "last", true), "last");
            Publication end = publication(draft("b", null, true), "end");
            Cursor lastId = first(test, last);
            Cursor endId = first(test, end);
            test.delete("a");
            test.delete("b");
            assertThat(again(test, last)).isEqualTo(new AppendResult.Same(lastId));
            assertThat(again(test, end)).isEqualTo(new AppendResult.Same(endId));
            test.publish("a", "open");
            test.publish("b", "open");
        }
    }

    @Test
    default void placesNothingOfARepeatedBatchOrUploadAfterADeletion() {
        try (var test = open()) {
            Publication[] lines = {
                publication(draft("a", "1", false), "k/1"), publication(draft("b", "2", false), "k/2")
            };
            AppendResult.Batch.All batch = (AppendResult.Batch.All) test.appendAll(lines);
            Publication[] uploaded = {
                publication(draft("a", "3", false), "l/1"), publication(draft("a", "4", false), "l/2")
            };
            List<AppendResult> upload = test.appendEach(uploaded);
            test.delete("a");
            assertThat(test.appendAll(lines)).isEqualTo(new AppendResult.Batch.All(same(batch.each())));
            assertThat(test.appendEach(uploaded)).isEqualTo(same(upload));
            assertThat(test.channel("a").events()).isZero();
            assertThat(test.channel("b").events()).isEqualTo(1);
        }
    }

    private static List<AppendResult> same(List<AppendResult> placed) {
        return placed.stream()
                .map(each -> (AppendResult) new AppendResult.Same(((AppendResult.Placed) each).id()))
                .toList();
    }
}
