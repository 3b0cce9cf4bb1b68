package dev.sluice.core.delivery.stream;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.core.channel.Selection;
import dev.sluice.core.cursor.Cursor;
import dev.sluice.core.delivery.Client;
import dev.sluice.core.delivery.FakeSink;
import dev.sluice.core.delivery.RecordingWire;
import dev.sluice.core.delivery.Rig;
import dev.sluice.core.delivery.channel.HubSettings;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// A socket accepts any number of bytes: the output is the same, and the cursor is after the last event that
/// was sent completely.
class PartialWriteTest {
    private static final String CHANNEL = "news";
    private final Selection selection = Selection.of(CHANNEL);

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 7, 64, 999, 70_000})
    void movesTheCursorWithEachEventSentCompletely(int bytesEach) {
        try (Rig rig = Rig.start()) {
            StringBuilder all = new StringBuilder();
            List<Integer> ends = new ArrayList<>();
            List<Cursor> ids = new ArrayList<>();
            for (int i = 0; i < 40; i++) {
                String data = "x".repeat(i * i);
                ids.add(rig.publish(CHANNEL, data));
                ends.add(all.append(RecordingWire.event(ids.getLast(), CHANNEL, data))
                        .length());
            }
            byte[] expected = all.toString().getBytes(StandardCharsets.UTF_8);
            Client client = rig.open(Rig.earliest(selection), rig.wire, new FakeSink().accepting(bytesEach));
            rig.settle();
            Cursor begin = client.startCursor;
            while (client.sink.size() < expected.length) {
                byte[] out = client.sink.bytes();
                assertThat(out).isEqualTo(Arrays.copyOf(expected, out.length));
                long complete = ends.stream().filter(end -> end <= out.length).count();
                assertThat(client.subscriber().cursor()).isEqualTo(complete == 0 ? begin : ids.get((int) complete - 1));
                client.subscriber().writable();
                rig.settle();
            }
            assertThat(client.sink.bytes()).isEqualTo(expected);
            assertThat(client.subscriber().cursor()).isEqualTo(rig.log.head());
        }
    }

    @Test
    void continuesWhenASinkThatAcceptedNothingBecomesWritable() {
        try (Rig rig = Rig.start()) {
            Client client = rig.open(SubscriptionSpec.latest(selection), rig.wire, new FakeSink().accepting(0));
            rig.settle();
            rig.publish(CHANNEL, "a");
            rig.publish(CHANNEL, "b");
            rig.settle();
            assertThat(client.sink.size()).isZero();
            assertThat(client.subscriber().cursor()).isEqualTo(client.startCursor);
            int writes = client.sink.writes();
            rig.publish(CHANNEL, "c");
            rig.settle();
            assertThat(client.sink.writes())
                    .describedAs("writes to a socket that is full")
                    .isEqualTo(writes);
            assertThat(client.drain().data()).containsExactly("a", "b", "c");
        }
    }

    @Test
    void continuesWhenTheSinkBecomesWritableBeforeItsWriteReturns() {
        try (Rig rig = Rig.start()) {
            Client client = rig.follow(CHANNEL);
            rig.settle();
            client.sink.accepting(_ -> {
                client.subscriber().writable(); // As when one flush writes everything that was queued before.
                return 1;
            });
            rig.publish(CHANNEL, "a");
            rig.publish(CHANNEL, "b");
            rig.settle();
            assertThat(client.data()).containsExactly("a", "b");
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {7, 4096, 64 * 1024, 100_000, 1 << 20})
    void writesEventsLargerThanOneTurn(int bytesEach) {
        try (Rig rig = Rig.start()) {
            String huge = "0123456789abcdef".repeat(bytesEach == 7 ? 10_000 : 65_536);
            Client client = rig.open(SubscriptionSpec.latest(selection), rig.wire, new FakeSink().accepting(0));
            rig.settle();
            rig.publish(CHANNEL, "before");
            rig.publish(CHANNEL, huge);
            rig.publish(CHANNEL, "after");
            rig.settle();
            assertThat(client.drain(bytesEach).data()).containsExactly("before", huge, "after");
        }
    }

    @Test
    void continuesAtTheSameByteAfterTheEncodedBytesWereReleased() {
        // A budget of zero: filled segments are retired at once, and freed when the loop has been idle.
        HubSettings none = new HubSettings(0, 0, Duration.ofMinutes(1), Duration.ofSeconds(5), _ -> Overflow.NEVER);
        try (Rig rig = Rig.with(none)) {
            String huge = "0123456789abcdef".repeat(8_192);
            rig.publish(CHANNEL, huge);
            Client client = rig.open(Rig.earliest(selection), rig.wire, new FakeSink().accepting(10_001));
            rig.settle();
            for (int i = 0; i < 5; i++) {
                int encodings = rig.wire.encodings().get();
                rig.hub.maintain(); // Hands over the current segment, but the reader has not passed it.
                rig.publish("other", "x".repeat(70_000)); // Read by another reader, which needs a new segment.
                Client other = rig.open(Rig.earliest(Selection.of("other")));
                rig.settle();
                client.subscriber().writable();
                rig.settle();
                other.subscriber().close();
                assertThat(rig.wire.encodings().get())
                        .describedAs("encoded again")
                        .isGreaterThan(encodings + 1);
            }
            assertThat(client.drain(10_001).data()).containsExactly(huge);
        }
    }

    @Test
    void writesNothingAfterAWriteFoundTheConnectionClosed() {
        try (Rig rig = Rig.start()) {
            Client client = rig.follow(CHANNEL);
            rig.settle();
            client.sink.closeOnWrite(() -> client.subscriber().close());
            rig.publish(CHANNEL, "a");
            rig.settle();
            int writes = client.sink.writes();
            rig.publish(CHANNEL, "b");
            rig.settle();
            assertThat(client.sink.writes()).isEqualTo(writes);
            assertThat(client.sink.ended()).isNull();
        }
    }
}
