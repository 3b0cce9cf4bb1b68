package dev.sluice.server.order;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.core.channel.ChannelName;
import dev.sluice.core.channel.Selection;
import dev.sluice.core.cursor.Cursor;
import dev.sluice.core.delivery.Subscription.From;
import dev.sluice.core.event.Draft;
import dev.sluice.core.log.Appended;
import dev.sluice.core.log.Conditions;
import dev.sluice.core.log.Publication;
import dev.sluice.core.log.Start;
import dev.sluice.core.log.TestLog;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

/// That the tests of order notice what they are there for, and nothing else, where events are joined.
final class ReckoningTest {
    private static final ChannelName NEWS = new ChannelName("news");
    private static final ChannelName CHAT = new ChannelName("chat/7");

    private final Chronicle chronicle = Servers.chronicle(new Random(1), 100, 100);
    private final Cursor start = chronicle.head();

    private Cursor append(ChannelName channel, String text) {
        Draft draft = Draft.event(channel, "message", Publications.text("text/plain", text));
        Appended placed = TestLog.get(chronicle.append(new Publication(draft, Conditions.NONE)));
        return ((Appended.Placed) placed).id();
    }

    /// A reader of everything that may join, told this from the oldest on.
    private void check(Seen... told) {
        From first = new From.At(new Start.Earliest());
        Wish wish = new Wish(Selection.of("**"), Set.of(), false, true, false, first);
        Visit visit = new Visit(first, Way.SSE_RAW, chronicle.moment(), chronicle.head());
        visit.heard.add(new Visit.Heard(new Seen.Opened(start.text()), chronicle.moment()));
        for (Seen each : told) visit.heard.add(new Visit.Heard(each, chronicle.moment()));
        new Reckoning(chronicle, wish).check(List.of(visit));
    }

    private static Seen.Raw raw(Cursor id, String data) {
        return new Seen.Raw(id.text(), "message", data);
    }

    @Test
    void takesNeighboursForJoined() {
        Cursor news = append(NEWS, "old");
        append(CHAT, "one");
        append(CHAT, "two");
        Cursor chat = append(CHAT, "three");
        assertThatCode(() -> check(raw(news, "old"), raw(chat, "onetwothree"))).doesNotThrowAnyException();
    }

    @Test
    void takesWhatIsPublishedAgainBehindADeletionForItself() {
        Cursor news = append(NEWS, "old");
        append(CHAT, "one");
        TestLog.get(chronicle.delete(CHAT));
        Cursor again = append(CHAT, "one");
        assertThatCode(() -> check(raw(news, "old"), raw(again, "one"))).doesNotThrowAnyException();
        assertThatThrownBy(() -> check(raw(news, "old"), raw(again, "oneone"))).hasMessageContaining("was told");
    }

    @Test
    void takesABatchThatIsPublishedAgainBehindADeletionForItself() {
        Cursor news = append(NEWS, "old");
        append(CHAT, "one");
        append(CHAT, "two");
        TestLog.get(chronicle.delete(CHAT));
        append(CHAT, "one");
        Cursor again = append(CHAT, "two");
        assertThatCode(() -> check(raw(news, "old"), raw(again, "onetwo"))).doesNotThrowAnyException();
    }

    @Test
    void noticesWhatWasGoneBeforeItsReaderCame() {
        Cursor gone = append(CHAT, "one");
        TestLog.get(chronicle.delete(CHAT));
        append(CHAT, "two");
        assertThatThrownBy(() -> check(raw(gone, "one"))).hasMessageContaining("gone");
    }

    @Test
    void noticesWhatWasForgottenBeforeItsReaderCame() {
        Cursor forgotten = append(CHAT, "one");
        Cursor last = append(CHAT, "two");
        TestLog.get(chronicle.forget(CHAT, forgotten));
        append(NEWS, "later"); // By now it is forgotten wherever one looks.
        assertThatCode(() -> check(new Seen.At(start.text()), new Seen.At(forgotten.text()), raw(last, "two")))
                .doesNotThrowAnyException();
        assertThatThrownBy(() -> check(raw(last, "onetwo"))).isInstanceOf(AssertionError.class);
    }

    @Test
    void noticesAPartThatIsLost() {
        append(CHAT, "one");
        append(CHAT, "two");
        Cursor last = append(CHAT, "three");
        for (String told : List.of("three", "onethree", "twothree", "onetwo", "")) {
            assertThatThrownBy(() -> check(raw(last, told)), told).isInstanceOf(AssertionError.class);
        }
    }

    @Test
    void noticesAPartThatIsLostBesideItsLike() {
        append(CHAT, "one");
        Cursor again = append(CHAT, "one");
        assertThatThrownBy(() -> check(raw(again, "one"))).hasMessageContaining("passes");
    }

    @Test
    void noticesAPartThatIsToldTwiceOrInAnotherPlace() {
        append(CHAT, "one");
        append(CHAT, "two");
        Cursor last = append(CHAT, "three");
        for (String told :
                List.of("oneonetwothree", "onetwotwothree", "onetwothreethree", "twoonethree", "onethreetwo")) {
            assertThatThrownBy(() -> check(raw(last, told)), told).isInstanceOf(AssertionError.class);
        }
    }
}
