package dev.sluice.core.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.core.channel.ChannelName;
import dev.sluice.core.channel.Selection;
import dev.sluice.core.cursor.Cursor;
import dev.sluice.core.cursor.Epoch;
import dev.sluice.core.event.Draft;
import dev.sluice.core.event.Event;
import dev.sluice.core.log.Contents;
import dev.sluice.core.log.Retention;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/// What a channel remembers, and that it does not do so for ever.
final class ChannelTest {
    private final Channel channel = new Channel(new ChannelName("a"), 0, Retention.ALL, null, 0);
    private final Store store = new Store(
            Epochs.of(new Epoch("e")),
            new Limits(1, 1, 1, 1, 10, 10, Duration.ofDays(1), 0, Duration.ofDays(1), 0, 1, 1),
            name -> Retention.ALL,
            Backing.NONE);
    private final Marks marks = store.marks;

    private Event add(long position, String key) {
        Draft draft = new Draft(channel.name, "message", key, null, Contents.text("x"), false, false);
        Event event = Event.of(new Cursor(new Epoch("e"), position), 1, draft);
        channel.add(event);
        return event;
    }

    @Test
    void forgetsTheNewestOfAKeyWithItsEvent() {
        Event first = add(1, "k");
        Event second = add(2, "k");
        Event other = add(3, "l");
        assertThat(channel.newestPlace(first)).isEqualTo(2);
        channel.remove(first);
        assertThat(channel.newestPlace(second)).isEqualTo(2);
        channel.remove(second);
        assertThat(channel.newestPlace(second)).as("no memory is left of it").isEqualTo(-1);
        assertThat(channel.newestPlace(other)).isEqualTo(3);
        channel.remove(other);
        assertThat(channel.newestPlace(other)).isEqualTo(-1);
        assertThat(channel.latest()).isNull();
        assertThat(channel.keptBytes()).isZero();
    }

    @Test
    void hasOneMark() {
        marks.put(channel, new Mark(3, 5, false));
        marks.put(channel, new Mark(7, 9, false));
        marks.publish(9);
        assertThat(marks.countAfter(0, 100)).isEqualTo(1);
        Selection all = Selection.of("*");
        assertThat(marks.news(6, 6, all, 10, store)).isEqualTo(new Mark(7, 9, false));
        assertThat(marks.news(7, 7, all, 10, store)).isEqualTo(Mark.NOTHING);
        assertThat(marks.news(3, 9, all, 10, store)).isEqualTo(Mark.NOTHING);
    }
}
