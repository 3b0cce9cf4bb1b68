package dev.sluice.core.log;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.core.channel.ChannelName;
import dev.sluice.core.cursor.Cursor;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/// The states and the listing of channels.
public interface ChannelContract extends LogSubject {
    @Test
    default void reportsTheStateOfAChannel() {
        try (var test = openKeeping(2)) {
            ChannelName name = new ChannelName("a");
            assertThat(test.channel("a")).isEqualTo(new ChannelState(name, null, null, null, 0, 0, 0));
            Cursor first = test.publish("a", "1");
            assertThat(test.channel("a"))
                    .isEqualTo(new ChannelState(name, first, first, null, 1, 1, TestClock.BEGIN_MS));
            test.publish("b", "22");
            test.clock.advance(Duration.ofMillis(5));
            Cursor second = test.publish("a", "333");
            assertThat(test.channel("a"))
                    .isEqualTo(new ChannelState(name, second, first, null, 2, 4, TestClock.BEGIN_MS + 5));
            Cursor third = test.publish("a", "55555");
            assertThat(test.channel("a"))
                    .isEqualTo(new ChannelState(name, third, second, null, 2, 8, TestClock.BEGIN_MS + 5));
            test.clock.advance(Duration.ofMillis(5));
            Cursor end = test.end("a");
            assertThat(test.channel("a"))
                    .isEqualTo(new ChannelState(name, third, second, end, 2, 8, TestClock.BEGIN_MS + 10));
        }
    }

    private static List<String> list(TestLog test, @Nullable String after, int max) {
        return test.log.channels(after == null ? null : new ChannelName(after), max).stream()
                .map(state -> state.name().value())
                .toList();
    }

    @Test
    default void reportsWhichChannelsItKeepsAndWhenTheyBecomeEmpty() throws Exception {
        try (var test = open(new Retention(Duration.ofMinutes(10), 1_000, 1 << 20))) {
            List<ChannelName> emptied = new CopyOnWriteArrayList<>();
            ChannelName a = new ChannelName("a");
            try (var _ = test.log.onEmptied(channel -> {
                if (!test.log.keeps(channel)) emptied.add(channel);
            })) {
                assertThat(test.log.keeps(a)).isFalse();
                test.publish("a", "1");
                test.end("b");
                assertThat(test.log.keeps(a)).isTrue();
                assertThat(test.log.channelsKept()).isEqualTo(2);
                test.delete("a");
                assertThat(test.log.keeps(a)).isFalse();
                assertThat(test.log.channelsKept()).isEqualTo(1);
                test.publish("a", "2");
                assertThat(test.log.keeps(a)).isTrue();
                test.clock.advance(Duration.ofMinutes(12));
                test.maintain();
                assertThat(test.log.keeps(a)).isFalse();
                assertThat(emptied).containsExactlyInAnyOrder(a, a, new ChannelName("b"));
            }
            test.publish("a", "3");
            test.delete("a");
            assertThat(emptied).as("after the registration was closed").hasSize(3);
        }
    }

    @Test
    default void listsChannelsByName() {
        try (var test = open()) {
            for (String channel : List.of("b", "a/x", "c", "a", "$server", "d/$hidden", "B")) {
                test.publish(channel, "x");
            }
            test.end("e");
            assertThat(list(test, null, 100)).containsExactly("B", "a", "a/x", "b", "c", "e");
            assertThat(list(test, null, 2)).containsExactly("B", "a");
            assertThat(list(test, "a", 2)).containsExactly("a/x", "b");
            assertThat(list(test, "a/y", 100))
                    .as("after a name without a channel")
                    .containsExactly("b", "c", "e");
            assertThat(list(test, "e", 100)).isEmpty();
            assertThat(list(test, null, 0)).isEmpty();
            assertThat(test.log.reserved(null, 100))
                    .extracting(state -> state.name().value())
                    .containsExactly("$server", "d/$hidden");
            assertThat(test.log.reserved(new ChannelName("$server"), 1)).hasSize(1);
            test.delete("$server");
            assertThat(test.log.reserved(null, 100)).hasSize(1);
            test.delete("c");
            assertThat(list(test, "b", 100)).containsExactly("e");
            ChannelState ended = test.log.channels(new ChannelName("c"), 1).getFirst();
            assertThat(ended).isEqualTo(test.channel("e"));
        }
    }
}
