package dev.sluice.server.order;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.core.channel.ChannelName;
import dev.sluice.core.channel.Selection;
import dev.sluice.core.cursor.Cursor;
import dev.sluice.core.delivery.stream.SubscriptionSpec.From;
import dev.sluice.core.event.Draft;
import dev.sluice.core.log.AppendResult;
import dev.sluice.core.log.Conditions;
import dev.sluice.core.log.Publication;
import dev.sluice.core.log.Start;
import dev.sluice.core.log.TestLog;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

/// Tests that the checker detects violations, and accepts events that are joined.
final class HistoryCheckerTest {
    private static final ChannelName NEWS = new ChannelName("news");
    private static final ChannelName CHAT = new ChannelName("chat/7");

    private final RecordingLog recording = Servers.recording(new Random(1), 100, 100);
    private final Cursor start = recording.head();

    private Cursor append(ChannelName channel, String text) {
        Draft draft = Draft.event(channel, "message", Publications.text("text/plain", text));
        AppendResult placed = TestLog.get(recording.append(new Publication(draft, Conditions.NONE)));
        return ((AppendResult.Placed) placed).id();
    }

    /// Checks a reader of all channels with `coalesce` that received this from the oldest event on.
    private void check(Observation... received) {
        From first = new From.At(new Start.Earliest());
        ReaderSpec spec = new ReaderSpec(Selection.of("**"), Set.of(), false, true, false, first);
        ReaderConnection connection =
                new ReaderConnection(first, ClientKind.SSE_RAW, recording.moment(), recording.head());
        connection.observations.add(
                new ReaderConnection.TimedObservation(new Observation.Opened(start.text()), recording.moment()));
        for (Observation each : received)
            connection.observations.add(new ReaderConnection.TimedObservation(each, recording.moment()));
        new HistoryChecker(recording, spec).check(List.of(connection));
    }

    private static Observation.Raw raw(Cursor id, String data) {
        return new Observation.Raw(id.text(), "message", data);
    }

    @Test
    void acceptsJoinedNeighbours() {
        Cursor news = append(NEWS, "old");
        append(CHAT, "one");
        append(CHAT, "two");
        Cursor chat = append(CHAT, "three");
        assertThatCode(() -> check(raw(news, "old"), raw(chat, "onetwothree"))).doesNotThrowAnyException();
    }

    @Test
    void acceptsAnEventPublishedAgainAfterADeletion() {
        Cursor news = append(NEWS, "old");
        append(CHAT, "one");
        TestLog.get(recording.delete(CHAT));
        Cursor again = append(CHAT, "one");
        assertThatCode(() -> check(raw(news, "old"), raw(again, "one"))).doesNotThrowAnyException();
        assertThatThrownBy(() -> check(raw(news, "old"), raw(again, "oneone"))).hasMessageContaining("received");
    }

    @Test
    void acceptsABatchPublishedAgainAfterADeletion() {
        Cursor news = append(NEWS, "old");
        append(CHAT, "one");
        append(CHAT, "two");
        TestLog.get(recording.delete(CHAT));
        append(CHAT, "one");
        Cursor again = append(CHAT, "two");
        assertThatCode(() -> check(raw(news, "old"), raw(again, "onetwo"))).doesNotThrowAnyException();
    }

    @Test
    void detectsAnEntryGoneBeforeItsReaderConnected() {
        Cursor gone = append(CHAT, "one");
        TestLog.get(recording.delete(CHAT));
        append(CHAT, "two");
        assertThatThrownBy(() -> check(raw(gone, "one"))).hasMessageContaining("gone");
    }

    @Test
    void detectsDataDeletedBeforeItsReaderConnected() {
        Cursor forgotten = append(CHAT, "one");
        Cursor last = append(CHAT, "two");
        TestLog.get(recording.forget(CHAT, forgotten));
        append(NEWS, "later"); // From here on it is deleted for every reader.
        assertThatCode(() ->
                        check(new Observation.At(start.text()), new Observation.At(forgotten.text()), raw(last, "two")))
                .doesNotThrowAnyException();
        assertThatThrownBy(() -> check(raw(last, "onetwo"))).isInstanceOf(AssertionError.class);
    }

    @Test
    void detectsALostPart() {
        append(CHAT, "one");
        append(CHAT, "two");
        Cursor last = append(CHAT, "three");
        for (String received : List.of("three", "onethree", "twothree", "onetwo", "")) {
            assertThatThrownBy(() -> check(raw(last, received)), received).isInstanceOf(AssertionError.class);
        }
    }

    @Test
    void detectsALostPartBesideAnEqualOne() {
        append(CHAT, "one");
        Cursor again = append(CHAT, "one");
        assertThatThrownBy(() -> check(raw(again, "one"))).hasMessageContaining("skips");
    }

    @Test
    void detectsARepeatedOrMisorderedPart() {
        append(CHAT, "one");
        append(CHAT, "two");
        Cursor last = append(CHAT, "three");
        for (String received :
                List.of("oneonetwothree", "onetwotwothree", "onetwothreethree", "twoonethree", "onethreetwo")) {
            assertThatThrownBy(() -> check(raw(last, received)), received).isInstanceOf(AssertionError.class);
        }
    }
}
