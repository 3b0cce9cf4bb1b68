package dev.sluice.core.delivery;

import dev.sluice.core.channel.Selection;
import dev.sluice.core.cursor.Cursor;
import dev.sluice.core.log.Gap;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// Readers that queue up behind all others, and so say when those have had their turn: a loop may pause before it
/// gives one.
public final class Turns {
    private static final Subscription ASKED = Subscription.latest(Selection.of("turns"));

    private Turns() {}

    /// Waits until the readers of all these loops have had their turn since this was called, and a second one.
    ///
    /// @return whether that came in time
    public static boolean await(List<Dispatcher> loops, Duration patience) throws InterruptedException {
        for (int round = 0; round < 2; round++) {
            CountDownLatch turns = new CountDownLatch(loops.size());
            for (Dispatcher loop : loops) {
                loop.execute(() -> Subscriber.open(loop, ASKED, new RecordingWire(0), new Last(loop, turns)));
            }
            if (!turns.await(patience.toSeconds(), TimeUnit.SECONDS)) return false;
        }
        return true;
    }

    private record Last(Dispatcher loop, CountDownLatch turns) implements Opened {
        @Override
        public void begins(Subscriber subscriber, Cursor at, @Nullable Gap gap) {
            subscriber.start(new OneWord(() -> loop.execute(subscriber::close), turns), RecordingWire.words("turn"), 1);
        }

        @Override
        public void ended(Cursor at) {
            throw new AssertionError("it has ended at " + at);
        }

        @Override
        public void missing(Gap gap) {
            throw new AssertionError("it misses " + gap);
        }

        @Override
        public void unavailable(String why) {
            turns.countDown(); // The loop stops, or the log does.
        }

        @Override
        public void tooFar(String why) {
            throw new AssertionError(why);
        }
    }

    private record OneWord(Runnable close, CountDownLatch turns) implements Sink {
        @Override
        public int write(ByteBuffer bytes) {
            close.run();
            turns.countDown();
            return bytes.remaining();
        }

        @Override
        public long progress() {
            return NOTHING_OWED;
        }

        @Override
        public void end(boolean whole) {}
    }
}
