package dev.sluice.core.history;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.core.channel.ChannelName;
import dev.sluice.core.cursor.Cursor;
import dev.sluice.core.cursor.Epoch;
import dev.sluice.core.event.Draft;
import dev.sluice.core.event.Event;
import dev.sluice.core.history.Publish.Answer;
import dev.sluice.core.history.Publish.Condition;
import dev.sluice.core.history.Violation.Kind;
import dev.sluice.core.log.Contents;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/// A history with each kind of violation planted is found to have it, and only it.
final class HistoryCheckerTest {
    private static final Answer REFUSED = new Answer.Refused();
    private static final Answer UNKNOWN = new Answer.Unknown();

    private final List<Publish> publishes = new ArrayList<>();
    private final List<Event> log = new ArrayList<>();

    /// Publishes one after the other, each sent 10 after the one before and answered 5 later.
    private void publish(String connection, String value, Answer answer) {
        publish(connection, value, null, answer);
    }

    private void publish(String connection, String value, @Nullable Condition condition, Answer answer) {
        long began = publishes.size() * 10L;
        publishes.add(new Publish(connection, value, condition, began, began + 5, answer));
    }

    private void place(String... values) {
        for (String each : values) log.add(event(each, each));
    }

    /// An event with the id of a value.
    private static Event event(String ofValue, String value) {
        Draft draft = Draft.event(new ChannelName("news"), "message", Contents.text(value));
        return Event.of(cursor(ofValue), 0, draft);
    }

    private static Cursor cursor(String value) {
        return new Cursor(new Epoch("e"), value.charAt(0));
    }

    private static Condition after(String value) {
        return new Condition(cursor(value).text());
    }

    private static Answer acknowledged(String value) {
        return new Answer.Acknowledged(cursor(value).text());
    }

    private void acknowledge(String connection, String... values) {
        for (String each : values) publish(connection, each, acknowledged(each));
    }

    private List<Kind> found() {
        return kinds(HistoryChecker.check(publishes, log));
    }

    private static List<Kind> kinds(List<Violation> violations) {
        return violations.stream().map(Violation::kind).toList();
    }

    @Test
    void acceptsACorrectHistory() {
        acknowledge("p", "a", "b");
        publish("q", "c", UNKNOWN);
        publish("q", "d", UNKNOWN);
        publish("q", "e", REFUSED);
        acknowledge("q", "f");
        place("a", "b", "d", "f");
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
        publish("p", "a", acknowledged("x"));
        place("a");
        assertThat(found()).containsExactly(Kind.OTHER_ID);
    }

    @Test
    void aDuplicateEventIsFound() {
        acknowledge("p", "a", "b");
        place("a", "b");
        log.add(event("c", "a"));
        assertThat(found()).contains(Kind.REPEATED);
    }

    @Test
    void anEventThatWasNeverPublishedIsFound() {
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
    void anotherOrderOfOneConnectionIsFound() {
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
    void acceptsConditionsThatHeld() {
        publish("p", "a", new Condition(null), acknowledged("a"));
        publish("p", "b", after("a"), acknowledged("b"));
        publish("q", "c", after("a"), REFUSED);
        publish("q", "d", after("b"), UNKNOWN);
        place("a", "b", "d");
        assertThat(found()).isEmpty();
    }

    @Test
    void twoSuccessesAfterTheSameEventAreFound() {
        publish("p", "a", new Condition(null), acknowledged("a"));
        publish("p", "b", after("a"), acknowledged("b"));
        publish("q", "c", after("a"), acknowledged("c"));
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
        publish("p", "b", after("a"), REFUSED);
        publish("q", "c", after("a"), acknowledged("c"));
        place("a", "c");
        assertThat(found()).containsExactly(Kind.CONDITION_HELD_BUT_REFUSED);
    }

    @Test
    void acceptsARefusalDuringAConcurrentPublish() {
        publish("p", "a", new Condition(null), acknowledged("a"));
        publishes.add(new Publish("q", "c", after("a"), 20, 60, acknowledged("c")));
        publishes.add(new Publish("p", "b", after("a"), 25, 50, REFUSED));
        place("a", "c");
        assertThat(found()).isEmpty();
    }

    @Test
    void valuesOfPublishesAreDistinct() {
        acknowledge("p", "a", "a");
        assertThatThrownBy(this::found).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void nodesWithDifferentLogsAreFound() {
        List<String> one = List.of("a", "b");
        for (List<String> other : List.of(List.of("a"), List.of("b", "a"), List.of("a", "b", "c")))
            assertThat(kinds(HistoryChecker.checkNodes(List.of(one, one, other))))
                    .containsExactly(Kind.NODES_DIFFER);
        assertThat(HistoryChecker.checkNodes(List.of(one, one))).isEmpty();
    }

    @Test
    void anEventThatIsThereAfterItsDeletionIsFoundOnEachNode() {
        place("a", "b");
        var deleted = Map.of("a", "DELETE", "c", "DELETE?id=");
        assertThat(kinds(HistoryChecker.checkDeletions(deleted, List.of(log, log))))
                .containsExactly(Kind.DELETED_BUT_THERE, Kind.DELETED_BUT_THERE);
        assertThat(HistoryChecker.checkDeletions(
                        deleted, List.of(List.of(log.getFirst().forgotten(), log.getLast()))))
                .isEmpty();
    }

    private static List<Kind> presence(Set<String> one, Set<String> other) {
        return kinds(HistoryChecker.checkPresence(Set.of("a", "b"), List.of(one, other)));
    }

    @Test
    void membersOtherThanThoseWhoAreConnectedAreFound() {
        assertThat(presence(Set.of("a", "b"), Set.of("b", "a"))).isEmpty();
        assertThat(presence(Set.of("a", "b", "c"), Set.of("a", "b", "c")))
                .containsExactly(Kind.PRESENT_WITHOUT_CONNECTION, Kind.PRESENT_WITHOUT_CONNECTION);
        assertThat(presence(Set.of("a"), Set.of("a")))
                .containsExactly(Kind.CONNECTED_BUT_ABSENT, Kind.CONNECTED_BUT_ABSENT);
        assertThat(presence(Set.of("a", "b"), Set.of())).containsExactly(Kind.CONNECTED_BUT_ABSENT, Kind.NODES_DIFFER);
    }
}
