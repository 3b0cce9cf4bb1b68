package dev.sluice.core.delivery;

import dev.sluice.core.access.Grant;
import dev.sluice.core.channel.Selection;
import dev.sluice.core.cursor.Cursor;
import dev.sluice.core.delivery.stream.Rejection;
import dev.sluice.core.delivery.stream.Sink;
import dev.sluice.core.delivery.stream.SubscriptionSpec;
import dev.sluice.core.log.Gap;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// Waits until event loops have given turns to all their readers: opens readers that queue up behind all others.
/// Needed because a loop may pause before it gives turns.
public final class TurnBarrier {
    private static final SubscriptionSpec SUBSCRIPTION = SubscriptionSpec.latest(Selection.of("turns"));

    private TurnBarrier() {}

    /// Waits until the readers of all these loops have had a turn since this call, and then a second one.
    ///
    /// @return whether that happened in time
    public static boolean await(List<Dispatcher> loops, Duration timeout) throws InterruptedException {
        for (int round = 0; round < 2; round++) {
            CountDownLatch turns = new CountDownLatch(loops.size());
            for (Dispatcher loop : loops) {
                loop.execute(() -> loop.subscribe(
                        Grant.EVERYTHING, SUBSCRIPTION, new RecordingWire(0), new LastReader(loop, turns)));
            }
            if (!turns.await(timeout.toSeconds(), TimeUnit.SECONDS)) return false;
        }
        return true;
    }

    private record LastReader(Dispatcher loop, CountDownLatch turns) implements SubscribeListener {
        @Override
        public void begins(Subscriber subscriber, Cursor at, @Nullable Gap gap) {
            subscriber.start(
                    new OneFrameSink(() -> loop.execute(() -> close(subscriber))), RecordingWire.control("turn"), 1);
        }

        private void close(Subscriber subscriber) {
            subscriber.close();
            turns.countDown(); // Then this reader has ended, and been counted.
        }

        @Override
        public void ended(Cursor at) {
            throw new AssertionError("ended at " + at);
        }

        @Override
        public void refused(Rejection refusal) {
            // Unavailable: the loop or the log is stopping.
            if (!(refusal instanceof Rejection.Unavailable)) throw new AssertionError(refusal);
            turns.countDown();
        }
    }

    private record OneFrameSink(Runnable close) implements Sink {
        @Override
        public int write(ByteBuffer bytes) {
            close.run();
            return bytes.remaining();
        }

        @Override
        public long progress() {
            return NOTHING_PENDING;
        }

        @Override
        public void end(boolean isComplete) {}
    }
}
