package dev.sluice.server.transport.websocket;

import static dev.sluice.core.delivery.stream.Sink.NOTHING_PENDING;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.core.delivery.stream.StreamListener;
import dev.sluice.server.http.InFlightBytes;
import dev.sluice.server.net.outlet.Outlet;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.concurrent.ScheduledExecutorService;
import org.junit.jupiter.api.Test;

/// Tests what counts as progress while a client owes a Pong, with bytes that are acknowledged when the test says so.
final class PongTest {
    private static final byte[] NOTHING = new byte[0];

    private final Unacknowledged outlet = new Unacknowledged();
    private final WebSocketConnection connection = new WebSocketConnection(
            outlet,
            new NoStream(),
            new MessageLimits(100, new InFlightBytes(1_000, "publish.in_flight_max"), Duration.ofSeconds(20), 4),
            false,
            new NoFrames());

    @Test
    void countsNoHeartbeatThatOnlyTheKernelAcknowledges() {
        connection.onHeartbeat();
        long owed = connection.progress();
        for (long acked = 100; acked < 1_000; acked += 100) {
            outlet.progress = acked; // The next heartbeat is under way,
            assertThat(connection.progress()).isEqualTo(owed);
            outlet.progress = NOTHING_PENDING; // and acknowledged.
            assertThat(connection.progress()).isEqualTo(owed);
        }
    }

    @Test
    void countsBytesThatMayHoldThePing() {
        outlet.progress = 100;
        connection.onHeartbeat();
        long before = connection.progress();
        outlet.progress = 200;
        assertThat(connection.progress()).isNotEqualTo(before);
    }

    @Test
    void countsMessagesBeforeThePong() {
        connection.onHeartbeat();
        long owed = connection.progress();
        connection.received(new WebSocketMessage.Ping(NOTHING));
        assertThat(connection.progress()).isNotEqualTo(owed);
    }

    @Test
    void isNotPendingAfterThePong() {
        connection.onHeartbeat();
        assertThat(connection.progress()).isNotEqualTo(NOTHING_PENDING);
        connection.received(new WebSocketMessage.Pong());
        assertThat(connection.progress()).isEqualTo(NOTHING_PENDING);
    }

    /// An outlet of which the test says what the client's kernel has acknowledged.
    private static final class Unacknowledged implements Outlet {
        private long progress = NOTHING_PENDING;

        @Override
        public long progress() {
            return progress;
        }

        @Override
        public ScheduledExecutorService loop() {
            throw new UnsupportedOperationException();
        }

        @Override
        public int write(ByteBuffer bytes) {
            throw new UnsupportedOperationException();
        }

        @Override
        public void send(byte[] bytes, Runnable onSent) {
            throw new UnsupportedOperationException();
        }

        @Override
        public boolean isWritable() {
            return true;
        }

        @Override
        public void onClosed(Runnable listener) {}

        @Override
        public boolean isReading() {
            return true;
        }

        @Override
        public void setReading(boolean isReading) {}

        @Override
        public void discardInput() {}

        @Override
        public void end(boolean isComplete) {}
    }

    private static final class NoStream implements StreamListener {
        @Override
        public void writable() {}

        @Override
        public void close() {}

        @Override
        public boolean isOver() {
            return false;
        }
    }

    private static final class NoFrames implements FrameHandler {
        @Override
        public void message(byte[] bytes, boolean isText) {}

        @Override
        public void enqueue(byte[] frame) {}

        @Override
        public void close(int code, String reason) {}

        @Override
        public void updateReadInterest() {}
    }
}
