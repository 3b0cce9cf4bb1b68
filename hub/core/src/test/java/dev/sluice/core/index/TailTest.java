package dev.sluice.core.index;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.core.channel.ChannelName;
import dev.sluice.core.cursor.Cursor;
import dev.sluice.core.cursor.Epoch;
import dev.sluice.core.event.Draft;
import dev.sluice.core.event.Event;
import dev.sluice.core.event.EventType;
import dev.sluice.core.log.Contents;
import org.junit.jupiter.api.Test;

final class TailTest {
    private static final int EVENT_BYTES = Size.ENTRY_BYTES + 10;

    private final Tail tail = new Tail();

    private static Event event(long position) {
        var draft = Draft.event(new ChannelName("a"), EventType.MESSAGE, Contents.text("ten bytes."));
        return Event.of(new Cursor(new Epoch("e"), position), position, draft);
    }

    private void append(int events) {
        for (int position = 1; position <= events; position++) tail.append(event(position));
    }

    @Test
    void countsTheBytesOfItsEntries() {
        append(3);
        assertThat(tail.bytes()).isEqualTo(3 * EVENT_BYTES);

        assertThat(tail.remove(event(2))).isTrue();
        assertThat(tail.remove(event(2))).isFalse();

        assertThat(tail.bytes()).isEqualTo(2 * EVENT_BYTES);
    }

    @Test
    void countsAForgottenEventWithoutItsData() {
        append(2);

        tail.replace(event(2), event(2).forgotten());
        tail.replace(event(9), event(9).forgotten()); // It is not in memory.

        assertThat(tail.bytes()).isEqualTo(EVENT_BYTES + Size.ENTRY_BYTES);
    }

    @Test
    void shrinksToASizeOnlyOnceItExceedsItByMoreThanATenth() {
        append(11);
        assertThat(tail.excessUpTo(10 * EVENT_BYTES)).isZero();

        tail.append(event(12));

        assertThat(tail.excessUpTo(10 * EVENT_BYTES)).isEqualTo(2);
        assertThat(tail.excessUpTo(10 * EVENT_BYTES - 1)).isEqualTo(3);
        assertThat(tail.excessUpTo(0)).isEqualTo(12);
    }
}
