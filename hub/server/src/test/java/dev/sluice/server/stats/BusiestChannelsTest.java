package dev.sluice.server.stats;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.sluice.core.channel.ChannelName;
import dev.sluice.core.cursor.Cursor;
import dev.sluice.core.event.Content;
import dev.sluice.core.event.ContentKind;
import dev.sluice.core.event.Draft;
import dev.sluice.core.event.Event;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

final class BusiestChannelsTest {
    private final BusiestChannels channels = new BusiestChannels();
    private final Random random = new Random(7);

    private static ChannelName name(int i) {
        return new ChannelName("channel-" + i);
    }

    private static void add(ChannelActivity activity, ChannelName name, int events) {
        add(activity, name, events, 1);
    }

    /// @param first the position of the first event
    private static void add(ChannelActivity activity, ChannelName name, int events, int first) {
        Content content = new Content(ContentKind.TEXT, "text/plain", new byte[10]);
        for (int i = first; i < first + events; i++)
            activity.add(Event.of(Cursor.parse("abc-" + i).orElseThrow(), 0, Draft.event(name, "message", content)));
    }

    private List<ChannelName> second(ChannelActivity activity) {
        return channels.add(activity, 1);
    }

    private Set<ChannelName> listed() {
        Set<ChannelName> names = new HashSet<>();
        channels.listed().forEach(row -> names.add(row.name));
        return names;
    }

    @Test
    void showTheBusiestOfManyWithinAMinute() {
        for (int second = 0; second < 60; second++) {
            ChannelActivity activity = new ChannelActivity();
            for (int i = 0; i < 1_000; i++) add(activity, name(i), random.nextInt(2));
            for (int i = 1_000; i < 1_050; i++) add(activity, name(i), 5);
            second(activity);
        }
        assertThat(listed()).hasSizeBetween(80, BusiestChannels.COUNT_MAX);
        for (int i = 1_000; i < 1_050; i++) assertThat(listed()).contains(name(i));
    }

    @Test
    void keepTheirPlacesAmongManyEqualOnes() {
        int changes = 0;
        for (int second = 0; second < 300; second++) {
            ChannelActivity activity = new ChannelActivity();
            for (int i = 0; i < 1_000; i++) add(activity, name(i), random.nextInt(3));
            int removed = second(activity).size();
            if (second >= 120) changes += removed;
        }
        assertThat(changes).as("rows replaced in three minutes").isLessThan(3 * BusiestChannels.COUNT_MAX);
    }

    @Test
    void takeNoMoreBytesThanAllowedHoweverLongTheNames() {
        ChannelActivity activity = new ChannelActivity();
        for (int i = 0; i < 200; i++) add(activity, new ChannelName("x".repeat(240) + i), 1);
        second(activity);
        assertThat(channels.listed().stream().mapToInt(ChannelRow::size).sum())
                .isBetween(BusiestChannels.BYTES_MAX - 400, BusiestChannels.BYTES_MAX);
    }

    @Test
    void estimateWhatWasNotCounted() {
        ChannelActivity activity = new ChannelActivity();
        add(activity, name(1), 100);
        activity.complete(0.1);
        assertThat(activity.events(activity.of(name(1)))).isEqualTo(1_000);
        assertThat(activity.bytes(activity.of(name(1)))).isEqualTo(10_000);
        assertThat(activity.events(activity.of(name(2)))).isZero();
    }

    @Test
    void estimateWhatWasLostOnlyOfTheChannelsThatLostIt() {
        ChannelActivity activity = new ChannelActivity();
        add(activity, name(1), 10, 1);
        add(activity, name(2), 1, 901); // It keeps one event, of about ten.
        add(activity, name(3), 3, 998); // It keeps three events, of all others.
        activity.addLost(1_000, 1_000, name -> !name.equals(name(1)));
        double second = activity.events(activity.of(name(2)));
        double third = activity.events(activity.of(name(3)));
        assertThat(activity.events(activity.of(name(1)))).isEqualTo(10);
        assertThat(second).isBetween(5.0, 20.0);
        assertThat(second + third).isCloseTo(990, within(0.1));
        assertThat(activity.bytes(activity.of(name(3)))).isCloseTo(10 * third, within(0.1));
    }
}
