package dev.sluice.server.transport.poll;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.core.channel.ChannelName;
import dev.sluice.core.cursor.Cursor;
import dev.sluice.core.cursor.ReadCursor;
import dev.sluice.core.delivery.Hub;
import dev.sluice.core.delivery.Poll;
import dev.sluice.core.delivery.channel.HubSettings;
import dev.sluice.core.delivery.schedule.Loop;
import dev.sluice.core.delivery.stream.SubscriptionSpec;
import dev.sluice.core.event.Draft;
import dev.sluice.core.event.Event;
import dev.sluice.core.memory.MemoryLog;
import dev.sluice.server.http.InFlightBytes;
import dev.sluice.server.transport.HostileEvents;
import java.nio.ByteBuffer;
import java.time.InstantSource;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/// Tests how long a large answer occupies the event loop at a time.
final class PollBodyTest {
    private static final int DATA_BYTES = 20_000;
    private static final int EVENTS = 200;

    /// A loop that runs nothing: the test drives the body.
    private static final class Idle implements Loop {
        @Override
        public void execute(Runnable task) {}

        @Override
        public long nowNs() {
            return 0;
        }

        @Override
        public void after(long delayNs, Runnable task) {}
    }

    @Test
    void isMeasuredAndWrittenInBoundedSteps() {
        MemoryLog log = MemoryLog.builder(InstantSource.system()).open();
        InFlightBytes budget = new InFlightBytes(1 << 20, "a.setting");
        try (Hub hub = new Hub(
                log,
                HubSettings.DEFAULT,
                List.of(new Idle()),
                () -> 0,
                InstantSource.system(),
                new Random(1),
                _ -> {})) {
            Cursor at = log.head();
            Draft draft = Draft.event(new ChannelName("fat"), "message", HostileEvents.text("x".repeat(DATA_BYTES)));
            Poll.Result.Found found = new Poll.Result.Found(
                    at,
                    Collections.nCopies(EVENTS, Event.of(at, 0, draft)),
                    new SubscriptionSpec.From.Place(ReadCursor.at(at), null),
                    false,
                    null,
                    false,
                    List.of());
            PollBody body = new PollBody(hub.dispatchers().getFirst(), found, budget.holder(Runnable::run, () -> {}));

            long before = body.length();
            int steps = 0;
            for (boolean isMeasured = false; !isMeasured; steps++) {
                isMeasured = body.measure();
                assertThat(body.length() - before).as("measured at once").isLessThan((256 << 10) + 2 * DATA_BYTES);
                before = body.length();
            }
            assertThat(steps).isGreaterThanOrEqualTo(EVENTS * DATA_BYTES / ((256 << 10) + 2 * DATA_BYTES));

            long written = 0;
            while (written < body.length()) {
                ByteBuffer piece = ByteBuffer.allocate((int) Math.min(16 << 10, body.length() - written));
                body.next(piece);
                assertThat(piece.remaining()).as("left of a piece").isZero();
                written += piece.position();
            }
            assertThat(written).isEqualTo(body.length());
            body.close();
        }
    }
}
