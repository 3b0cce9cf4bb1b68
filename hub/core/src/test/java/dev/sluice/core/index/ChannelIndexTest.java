package dev.sluice.core.index;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.core.channel.ChannelName;
import dev.sluice.core.channel.Selection;
import dev.sluice.core.cursor.Cursor;
import dev.sluice.core.cursor.Epoch;
import dev.sluice.core.event.Draft;
import dev.sluice.core.event.Event;
import dev.sluice.core.event.EventFields;
import dev.sluice.core.log.Contents;
import dev.sluice.core.log.LogLimits;
import dev.sluice.core.log.Retention;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/// The state that a channel keeps, and that it is freed.
final class ChannelIndexTest {
    private final ChannelIndex channel = new ChannelIndex(new ChannelName("a"), 0, Retention.ALL, null, 0);
    private final Index index = new Index(
            Epochs.of(new Epoch("e")),
            LogLimits.builder()
                    .entriesMax(1)
                    .bytesMax(1)
                    .tailBytes(1)
                    .slackMax(1)
                    .marks(10, Duration.ofDays(1))
                    .lookMax(1)
                    .build(),
            EntryStore.NONE);
    private final TrimMarks marks = index.marks;

    private Event add(long position, String key) {
        Draft draft = Draft.event(channel.name, "message", EventFields.ofKey(key), Contents.text("x"));
        Event event = Event.of(new Cursor(new Epoch("e"), position), 1, draft);
        channel.add(event);
        return event;
    }

    @Test
    void removesAKeysNewestPositionWithItsEvent() {
        Event first = add(1, "k");
        Event second = add(2, "k");
        Event other = add(3, "l");
        assertThat(channel.newestPosition(first)).isEqualTo(2);
        channel.remove(first);
        assertThat(channel.newestPosition(second)).isEqualTo(2);
        channel.remove(second);
        assertThat(channel.newestPosition(second)).as("removed with the event").isEqualTo(-1);
        assertThat(channel.newestPosition(other)).isEqualTo(3);
        channel.remove(other);
        assertThat(channel.newestPosition(other)).isEqualTo(-1);
        assertThat(channel.latest()).isZero();
        assertThat(channel.dataBytes() + channel.entries()).isZero();
    }

    /// They would be counted by nobody: a channel may have been empty for a day.
    @Test
    void keepsWhatEventsShareOnlyWithTheNewest() {
        Event first = add(1, "k");
        Event second = add(2, "k");
        channel.remove(first);
        assertThat(channel.attributes()).isEqualTo(second.attributes());
        channel.evict(second);
        assertThat(channel.attributes()).as("as the newest is on disk only").isNull();
        channel.remove(add(3, "k"));
        assertThat(channel.attributes()).as("as nothing is kept").isNull();
    }

    @Test
    void keepsOneMarkPerChannel() {
        marks.put(channel, new TrimMark(3, 5, false));
        marks.put(channel, new TrimMark(7, 9, false));
        marks.publish(9);
        assertThat(marks.countAfter(0, 100)).isEqualTo(1);
        Selection all = Selection.of("*");
        assertThat(marks.unseen(6, 6, all, 10, index)).isEqualTo(new TrimMark(7, 9, false));
        assertThat(marks.unseen(7, 7, all, 10, index)).isEqualTo(TrimMark.NOTHING);
        assertThat(marks.unseen(3, 9, all, 10, index)).isEqualTo(TrimMark.NOTHING);
    }
}
