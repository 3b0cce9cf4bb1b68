package dev.sluice.app.chaos;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.app.chaos.Publish.Answer;
import dev.sluice.app.chaos.Publish.Condition;
import dev.sluice.app.chaos.Violation.Kind;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/// A history with each kind of violation planted is found to have it, and only it.
final class HistoryCheckerTest {
    private static final Answer REFUSED = new Answer.Refused();
    private static final Answer UNKNOWN = new Answer.Unknown();

    private final List<Publish> publishes = new ArrayList<>();
    private final List<Entry> log = new ArrayList<>();
    private final List<Reading> readings = new ArrayList<>();

    /// Publishes one after the other, each sent 10 after the one before and answered 5 later.
    private void publish(String connection, String value, Answer answer) {
        publish(connection, value, null, answer);
    }

    private void publish(String connection, String value, @Nullable Condition condition, Answer answer) {
        long began = publishes.size() * 10L;
        publishes.add(new Publish(connection, value, condition, began, began + 5, answer));
    }

    /// An event whose id is that of its value.
    private void place(String... values) {
        for (String each : values) log.add(entry(each));
    }

    private static Entry entry(String value) {
        return new Entry("id-" + value, value);
    }

    private static Answer acknowledged(String value) {
        return new Answer.Acknowledged("id-" + value);
    }

    private void acknowledge(String connection, String... values) {
        for (String each : values) publish(connection, each, acknowledged(each));
    }

    private void read(@Nullable String after, String... values) {
        List<Entry> seen = new ArrayList<>();
        for (String each : values) seen.add(entry(each));
        readings.add(new Reading("r", after, seen));
    }

    private List<Kind> found() {
        return HistoryChecker.check(publishes, List.of(log, log), readings).stream()
                .map(Violation::kind)
                .toList();
    }

    @Test
    void nothingIsFoundInAHistoryAsItHasToBe() {
        acknowledge("p", "a", "b");
        publish("q", "c", UNKNOWN);
        publish("q", "d", UNKNOWN);
        publish("q", "e", REFUSED);
        acknowledge("q", "f");
        place("a", "b", "d", "f");
        read(null, "a", "b", "d", "f");
        read("id-b", "d");
        read("id-f");
        assertThat(found()).isEmpty();
    }

    @Test
    void anAcknowledgedEventThatIsMissingIsFound() {
        acknowledge("p", "a", "b");
        place("b");
        assertThat(found()).containsExactly(Kind.LOST);
    }

    @Test
    void anIdOtherThanTheAcknowledgedOneIsFound() {
        publish("p", "a", new Answer.Acknowledged("id-x"));
        place("a");
        assertThat(found()).containsExactly(Kind.OTHER_ID);
    }

    @Test
    void anEventThatIsThereTwiceIsFound() {
        acknowledge("p", "a", "b");
        place("a", "b");
        log.add(new Entry("id-2", "a"));
        assertThat(found()).contains(Kind.REPEATED);
    }

    @Test
    void anEventThatNobodyPublishedIsFound() {
        acknowledge("p", "a");
        place("a", "x");
        assertThat(found()).containsExactly(Kind.NEVER_PUBLISHED);
    }

    @Test
    void aRefusedEventInTheLogIsFound() {
        publish("p", "a", REFUSED);
        place("a");
        assertThat(found()).containsExactly(Kind.REFUSED_BUT_PLACED);
    }

    @Test
    void anOtherOrderOfOneConnectionIsFound() {
        publish("p", "a", UNKNOWN);
        publish("p", "b", UNKNOWN);
        place("b", "a");
        assertThat(found()).containsExactly(Kind.CONNECTION_OUT_OF_ORDER);
    }

    @Test
    void differentConnectionsHaveNoOrderWhileTheyPublishAtOnce() {
        publishes.add(new Publish("p", "a", null, 0, 100, acknowledged("a")));
        publishes.add(new Publish("q", "b", null, 50, 150, acknowledged("b")));
        place("b", "a");
        assertThat(found()).isEmpty();
    }

    @Test
    void anEventBeforeOneThatWasAcknowledgedEarlierIsFound() {
        acknowledge("p", "a");
        acknowledge("q", "b");
        place("b", "a");
        assertThat(found()).containsExactly(Kind.PLACED_BEFORE_AN_ACKNOWLEDGED_ONE);
    }

    @Test
    void conditionsThatHeldAreFine() {
        publish("p", "a", new Condition(null), acknowledged("a"));
        publish("p", "b", new Condition("id-a"), acknowledged("b"));
        publish("q", "c", new Condition("id-a"), REFUSED);
        publish("q", "d", new Condition("id-b"), UNKNOWN);
        place("a", "b", "d");
        assertThat(found()).isEmpty();
    }

    @Test
    void twoSuccessesAfterTheSameEventAreFound() {
        publish("p", "a", new Condition(null), acknowledged("a"));
        publish("p", "b", new Condition("id-a"), acknowledged("b"));
        publish("q", "c", new Condition("id-a"), acknowledged("c"));
        place("a", "b", "c");
        assertThat(found()).containsExactly(Kind.CONDITION_DID_NOT_HOLD);
    }

    @Test
    void aConditionOnAnEmptyChannelThatWasNotEmptyIsFound() {
        publish("p", "a", new Condition(null), acknowledged("a"));
        publish("q", "b", new Condition(null), UNKNOWN);
        place("a", "b");
        assertThat(found()).containsExactly(Kind.CONDITION_DID_NOT_HOLD);
    }

    @Test
    void aRefusalAlthoughTheConditionHeldIsFound() {
        publish("p", "a", new Condition(null), acknowledged("a"));
        publish("p", "b", new Condition("id-a"), REFUSED);
        publish("q", "c", new Condition("id-a"), acknowledged("c"));
        place("a", "c");
        assertThat(found()).containsExactly(Kind.CONDITION_HELD_BUT_REFUSED);
    }

    @Test
    void aRefusalIsFineWhileAnotherIsUnderWay() {
        publish("p", "a", new Condition(null), acknowledged("a"));
        publishes.add(new Publish("q", "c", new Condition("id-a"), 20, 60, acknowledged("c")));
        publishes.add(new Publish("p", "b", new Condition("id-a"), 25, 50, REFUSED));
        place("a", "c");
        assertThat(found()).isEmpty();
    }

    @Test
    void anEventThatASubscriberMissedIsFound() {
        acknowledge("p", "a", "b", "c");
        place("a", "b", "c");
        read(null, "a", "c");
        assertThat(found()).containsExactly(Kind.NOT_SEEN);
    }

    @Test
    void anEventThatASubscriberMissedAfterItsCursorIsFound() {
        acknowledge("p", "a", "b", "c");
        place("a", "b", "c");
        read("id-a", "c");
        assertThat(found()).containsExactly(Kind.NOT_SEEN);
    }

    @Test
    void anEventThatASubscriberGotTwiceIsFound() {
        acknowledge("p", "a", "b");
        place("a", "b");
        read(null, "a", "a", "b");
        assertThat(found()).containsExactly(Kind.SEEN_AGAIN);
    }

    @Test
    void anEventBeforeASubscribersCursorIsFound() {
        acknowledge("p", "a", "b");
        place("a", "b");
        read("id-a", "a", "b");
        assertThat(found()).containsExactly(Kind.SEEN_AGAIN);
    }

    @Test
    void anEventThatOnlyASubscriberGotIsFound() {
        acknowledge("p", "a");
        publish("p", "x", UNKNOWN);
        place("a");
        read(null, "a", "x");
        assertThat(found()).containsExactly(Kind.SEEN_BUT_NOT_IN_LOG);
    }

    @Test
    void anIdThatASubscriberGotWithOtherDataIsFound() {
        acknowledge("p", "a");
        place("a");
        readings.add(new Reading("r", null, List.of(new Entry("id-a", "b"))));
        assertThat(found()).containsExactly(Kind.SEEN_BUT_NOT_IN_LOG);
    }

    @Test
    void aCursorThatIsNotInTheLogIsFound() {
        acknowledge("p", "a");
        place("a");
        read("id-x", "a");
        assertThat(found()).containsExactly(Kind.SEEN_BUT_NOT_IN_LOG);
    }

    @Test
    void nodesWithDifferentLogsAreFound() {
        acknowledge("p", "a");
        place("a");
        var violations = HistoryChecker.check(publishes, List.of(log, log, List.of()), readings);
        assertThat(violations).extracting(Violation::kind).containsExactly(Kind.NODES_DIFFER);
    }

    @Test
    void valuesOfPublishesAreDistinct() {
        acknowledge("p", "a", "a");
        assertThatThrownBy(this::found).isInstanceOf(IllegalArgumentException.class);
    }
}
