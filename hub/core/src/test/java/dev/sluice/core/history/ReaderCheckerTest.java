package dev.sluice.core.history;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.core.channel.ChannelName;
import dev.sluice.core.channel.Selection;
import dev.sluice.core.cursor.Cursor;
import dev.sluice.core.delivery.stream.SubscriptionSpec;
import dev.sluice.core.delivery.stream.SubscriptionSpec.From;
import dev.sluice.core.event.Draft;
import dev.sluice.core.event.EventFields;
import dev.sluice.core.history.Violation.Kind;
import dev.sluice.core.log.AppendResult;
import dev.sluice.core.log.Conditions;
import dev.sluice.core.log.Contents;
import dev.sluice.core.log.GapReason;
import dev.sluice.core.log.Publication;
import dev.sluice.core.log.Start;
import dev.sluice.core.log.TestClock;
import dev.sluice.core.log.TestLog;
import dev.sluice.core.memory.MemoryLog;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/// Tests that the checker detects violations, and accepts events that are joined.
final class ReaderCheckerTest {
    private static final ChannelName NEWS = new ChannelName("news");
    private static final ChannelName CHAT = new ChannelName("chat/7");

    private final RecordingLog recording = recording();
    private final Cursor start = recording.head();

    private static RecordingLog recording() {
        TestClock clock = new TestClock();
        return new RecordingLog(MemoryLog.builder(clock).open(), clock, null);
    }

    private Cursor append(ChannelName channel, String text) {
        return append(Draft.event(channel, "message", Contents.text(text)));
    }

    private Cursor append(Draft draft) {
        AppendResult placed = TestLog.get(recording.append(new Publication(draft, Conditions.NONE)));
        return ((AppendResult.Placed) placed).id();
    }

    /// Checks a reader of all channels with `coalesce` that received this from the oldest event on.
    @SafeVarargs
    private void check(Consumer<ReaderChecker>... received) {
        check(new From.At(new Start.Earliest()), received);
    }

    @SafeVarargs
    private void check(From from, Consumer<ReaderChecker>... received) {
        check(new SubscriptionSpec(Selection.of("**"), Set.of(), from, false, true, false), received);
    }

    @SafeVarargs
    private void check(SubscriptionSpec spec, Consumer<ReaderChecker>... received) {
        ReaderChecker checker = new ReaderChecker(recording.history(), spec);
        checker.connected(spec.from(), true, true, recording.moment(), recording.head());
        checker.moment(recording.moment());
        checker.opened(spec.from() instanceof From.Resume ? null : start);
        for (Consumer<ReaderChecker> each : received) each.accept(checker);
    }

    private static Consumer<ReaderChecker> raw(Cursor id, String data) {
        return checker -> ReaderChecker.checkText(checker.event(id, data, false), data);
    }

    private static Consumer<ReaderChecker> at(Cursor cursor) {
        return checker -> checker.cursor(cursor);
    }

    @SafeVarargs
    private void assertFound(Kind kind, Consumer<ReaderChecker>... received) {
        assertFound(kind, new From.At(new Start.Earliest()), received);
    }

    @SafeVarargs
    private void assertFound(Kind kind, From from, Consumer<ReaderChecker>... received) {
        assertThatThrownBy(() -> check(from, received)).hasMessageContaining(kind + ":");
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
        assertThatCode(() -> check(at(start), at(forgotten), raw(last, "two"))).doesNotThrowAnyException();
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

    @Test
    void findsWhatAReaderMissed() {
        append(CHAT, "one");
        Cursor last = append(NEWS, "two");
        assertFound(Kind.NOT_SEEN, raw(last, "two"));
        assertFound(Kind.NOT_SEEN, at(start), at(last));
        assertFound(Kind.NOT_SEEN, new From.Resume(start.text()), at(start), raw(last, "two"));
    }

    @Test
    void findsWhatAReaderGotTwiceOrThatGoesBack() {
        Cursor one = append(CHAT, "one");
        Cursor two = append(NEWS, "two");
        assertFound(Kind.SEEN_AGAIN, raw(one, "one"), raw(one, "one"));
        assertFound(Kind.SEEN_AGAIN, raw(one, "one"), raw(two, "two"), raw(one, "one"));
        assertFound(Kind.SEEN_AGAIN, new From.Resume(one.text()), at(one), raw(one, "one"));
        assertFound(Kind.CURSOR_WENT_BACK, raw(one, "one"), at(start));
    }

    @Test
    void findsTextThatIsLostRepeatedOrOutOfOrder() {
        Cursor one = append(CHAT, "one");
        append(NEWS, "two");
        append(CHAT, "three");
        var earliest = new From.At(new Start.Earliest());
        for (String received : List.of("", "onetw", "onetwothree"))
            assertThatCode(() -> check(checker -> checker.text(earliest, received)))
                    .doesNotThrowAnyException();
        for (String received : List.of("three", "onethree", "oneone", "twoone", "onetwothree!"))
            assertFound(Kind.SEEN_BUT_NOT_IN_LOG, checker -> checker.text(earliest, received));
        assertFound(Kind.SEEN_BUT_NOT_IN_LOG, checker -> checker.text(new From.Resume(one.text()), "onetwo"));
    }

    @Test
    void findsAnEventThatWasNeverAppendedOrHasOtherData() {
        Cursor one = append(CHAT, "one");
        assertFound(Kind.SEEN_BUT_NOT_IN_LOG, raw(new Cursor(one.epoch(), one.position() + 1), "one"));
        assertFound(Kind.SEEN_BUT_NOT_IN_LOG, raw(one, "two"));
        assertFound(Kind.SEEN_BUT_NOT_IN_LOG, checker -> checker.closed("chat/7", one));
        assertFound(Kind.DATA_MISSING, checker -> checker.event(one, null, true));
    }

    @Test
    void findsAnEventThatWasNotAskedFor() {
        Cursor one = append(CHAT, "one");
        var other = SubscriptionSpec.latest(Selection.of("news")).from(new From.At(new Start.Earliest()));
        assertThatThrownBy(() -> check(other, raw(one, "one"))).hasMessageContaining(Kind.NOT_SELECTED + ":");
        var type = new SubscriptionSpec(
                Selection.of("**"), Set.of("tick"), new From.At(new Start.Earliest()), false, false, false);
        assertThatThrownBy(() -> check(type, raw(one, "one"))).hasMessageContaining(Kind.NOT_SELECTED + ":");
    }

    @Test
    void findsAStartElsewhere() {
        Cursor one = append(CHAT, "one");
        assertFound(Kind.WRONG_START, at(one));
        for (From from : List.of(new From.At(new Start.Latest()), new From.Resume(one.text())))
            assertFound(Kind.WRONG_START, from, at(start));
    }

    @Test
    void findsAGapWithoutALossAndOneThatIsTooLarge() {
        Cursor one = append(CHAT, "one");
        assertFound(Kind.GAP_WITHOUT_LOSS, checker -> checker.gap(start, one, GapReason.TRIMMED));
        TestLog.get(recording.delete(CHAT));
        Cursor two = append(NEWS, "two");
        var resume = new From.Resume(start.text());
        assertFound(Kind.NOT_SEEN, resume, at(start), raw(two, "two"));
        assertThatCode(() -> check(resume, checker -> checker.gap(start, one, GapReason.DELETED), raw(two, "two")))
                .doesNotThrowAnyException();
        assertFound(Kind.GAP_TOO_LARGE, resume, checker -> checker.gap(start, two, GapReason.DELETED));
        assertFound(Kind.GAP_WITHOUT_LOSS, resume, checker -> checker.gap(start, one, GapReason.TRIMMED));
    }

    @Test
    void findsAnEndThatComesTooEarly() {
        Cursor one = append(CHAT, "one");
        assertFound(Kind.ENDED_TOO_EARLY, raw(one, "one"), ReaderChecker::ended);
        assertFound(Kind.ENDED_TOO_EARLY, raw(one, "one"), ReaderChecker::cut);
        var chat = SubscriptionSpec.latest(Selection.of("chat/7")).from(new From.At(new Start.Earliest()));
        assertThatThrownBy(() -> check(chat, raw(one, "one"), ReaderChecker::ended))
                .hasMessageContaining(Kind.ENDED_TOO_EARLY + ":");
        Cursor end = append(Draft.end(CHAT));
        assertThatCode(() ->
                        check(chat, raw(one, "one"), checker -> checker.closed("chat/7", end), ReaderChecker::ended))
                .doesNotThrowAnyException();
    }

    @Test
    void findsWhatASnapshotLeftOut() {
        Cursor key = append(Draft.event(CHAT, "message", EventFields.ofKey("k"), Contents.text("one")));
        Cursor other = append(NEWS, "two");
        Cursor last = append(NEWS, "three");
        assertThatCode(() -> check(checker -> checker.snapshotTo(other), raw(key, "one"), raw(last, "three")))
                .doesNotThrowAnyException();
        assertFound(Kind.NOT_SEEN, checker -> checker.snapshotTo(other), raw(last, "three"));
    }

    @Test
    void acceptsWhatWasSkippedUpToTheGapThatSaysSo() {
        Cursor one = append(CHAT, "one");
        long then = recording.moment();
        append(CHAT, "two");
        Consumer<ReaderChecker> gap = checker -> {
            checker.moment(then);
            checker.gap(start, start, GapReason.SKIPPED);
            checker.moment(recording.moment());
        };
        assertThatCode(() -> check(gap, at(one))).doesNotThrowAnyException();
        assertFound(Kind.NOT_SEEN, gap, at(recording.head()));
    }
}
