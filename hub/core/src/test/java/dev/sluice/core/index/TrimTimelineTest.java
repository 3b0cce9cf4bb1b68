package dev.sluice.core.index;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.core.channel.ChannelName;
import dev.sluice.core.log.Retention;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class TrimTimelineTest {
    private static final int CHANNELS = 40;

    private final TrimTimeline losses = new TrimTimeline();
    private final List<ChannelIndex> channels = new ArrayList<>();

    TrimTimelineTest() {
        for (int i = 0; i < CHANNELS; i++) channels.add(channel("c" + i));
    }

    private static ChannelIndex channel(String name) {
        return new ChannelIndex(new ChannelName(name), 0, Retention.ALL, null, 0);
    }

    @Test
    void visitsOnlyChannelsWithLaterLosses() {
        var random = new Random(23);
        long[] last = new long[CHANNELS];
        for (long at = 1; at <= 600; at++) {
            int one = random.nextInt(CHANNELS);
            int count = random.nextInt(5) == 0 ? random.nextInt(CHANNELS) : 1; // Some trims concern many.
            for (int i = 0; i < count; i++) {
                losses.put(channels.get((one + i) % CHANNELS), at);
                last[(one + i) % CHANNELS] = at;
            }
            if (random.nextInt(4) == 0) {
                int other = random.nextInt(CHANNELS);
                ChannelIndex successor = channel("c" + other);
                if (random.nextBoolean()) {
                    losses.replace(channels.get(other), successor);
                } else {
                    losses.remove(channels.get(other));
                    last[other] = 0;
                }
                channels.set(other, successor);
            }
            long moment = random.nextLong(at + 1);
            var expected = new TreeSet<String>();
            for (int i = 0; i < CHANNELS; i++) if (last[i] > moment) expected.add("c" + i);
            assertThat(after(moment)).as("after %d of %d", moment, at).isEqualTo(expected);
        }
    }

    @Test
    void keepsNoMoreThanTwiceAsManySlotsAsChannels() {
        for (int at = 1; at <= 1_000; at++) {
            for (ChannelIndex channel : channels) losses.put(channel, at);
        }
        assertThat(losses.slots()).as("each in the last moment alone").isEqualTo(CHANNELS);
        for (int first = 0; first < CHANNELS; first++) { // One channel remains in each of these moments.
            for (int i = first; i < CHANNELS; i++) losses.put(channels.get(i), 1_001 + first);
        }
        assertThat(losses.slots()).isBetween(CHANNELS, 2 * CHANNELS);
        for (ChannelIndex channel : channels) losses.remove(channel);
        assertThat(losses.slots()).isZero();
    }

    /// A channel that a reader does not find in its old moment is in a later one already, also if there was none when
    /// the reader came to the old one.
    @ParameterizedTest
    @ValueSource(ints = {2, 4})
    void showsEachChannelWhileItLosesMore(int count) {
        List<ChannelIndex> few = channels.subList(0, count); // So that half of them leave a moment often.
        for (ChannelIndex channel : few) losses.put(channel, 1);
        var writer = CompletableFuture.runAsync(() -> {
            for (int at = 2; at < 300_000; at++) {
                int lost = count == 2 || at % 3 == 0 ? count : 1;
                for (int i = 0; i < lost; i++) losses.put(few.get((at + i) % count), at);
            }
        });
        do {
            assertThat(after(0)).hasSize(count);
        } while (!writer.isDone());
        writer.join();
    }

    /// A channel and its successor share one moment, so a reader that has looked for the slots of that moment meets
    /// either of them.
    @Test
    void showsEachChannelWhileAnotherTakesItsPlace() {
        var writer = CompletableFuture.runAsync(() -> {
            ChannelIndex current = channels.getFirst();
            for (int at = 1; at < 1_000_000; at++) {
                losses.put(current, at);
                ChannelIndex successor = channel("c0");
                losses.replace(current, successor);
                current = successor;
            }
        });
        while (after(0).isEmpty()) Thread.onSpinWait(); // The first loss.
        do {
            assertThat(after(0)).containsExactly("c0");
        } while (!writer.isDone());
        writer.join();
    }

    private TreeSet<String> after(long moment) {
        var found = new TreeSet<String>();
        for (ChannelIndex channel : losses.after(moment))
            found.add(channel.name().value());
        return found;
    }
}
