package dev.sluice.core.encoding;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.foreign.ValueLayout;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

/// Native memory is released, but never while a loop may still copy from it.
class SegmentPoolTest {
    /// An event loop that runs its tasks when the test asks.
    private static final class Loop implements Executor {
        final Deque<Runnable> tasks = new ArrayDeque<>();
        boolean stopped;

        @Override
        public void execute(Runnable task) {
            if (stopped) throw new RejectedExecutionException("stopped");
            tasks.add(task);
        }

        void runTasks() {
            while (!tasks.isEmpty()) tasks.remove().run();
        }
    }

    private static final int PIECE = 10_000;
    private final List<Loop> loops = List.of(new Loop(), new Loop());

    private static ByteBuilder bytes(int length, long seed) {
        ByteBuilder bytes = new ByteBuilder();
        for (int i = 0; i < length; i++) bytes.write((byte) (seed + i));
        return bytes;
    }

    private static byte[] read(EncodedEvent encoded) {
        return encoded.segment()
                .memory()
                .asSlice(encoded.offset(), encoded.length())
                .toArray(ValueLayout.JAVA_BYTE);
    }

    private static boolean isFreed(EncodedEvent encoded) {
        return !encoded.segment().memory().scope().isAlive();
    }

    @Test
    void keepsBytesUnchanged() {
        SegmentWriter writer = new SegmentWriter(new SegmentPool(1 << 20, loops));
        List<EncodedEvent> all = new ArrayList<>();
        for (int i = 0; i < 40; i++) all.add(writer.write(3, i, bytes(i * 997, i)));
        for (int i = 0; i < 40; i++) {
            assertThat(all.get(i).formatId()).isEqualTo(3);
            assertThat(read(all.get(i))).isEqualTo(bytes(i * 997, i).toByteArray());
        }
    }

    @Test
    void acceptsEventsLargerThanASegment() {
        SegmentPool pool = new SegmentPool(1 << 30, loops);
        SegmentWriter writer = new SegmentWriter(pool);
        EncodedEvent small = writer.write(1, 1, bytes(10, 1));
        EncodedEvent large = writer.write(1, 2, bytes(1 << 20, 2));
        EncodedEvent after = writer.write(1, 3, bytes(10, 3));
        assertThat(read(large)).isEqualTo(bytes(1 << 20, 2).toByteArray());
        assertThat(read(small)).hasSize(10);
        assertThat(read(after)).hasSize(10);
        assertThat(pool.heldBytes()).isEqualTo((1 << 20) + 2L * Segment.BYTES);
    }

    @Test
    void freesASegmentOnceEveryLoopWasIdleSinceItsRetirement() {
        SegmentPool pool = new SegmentPool(1 << 20, loops);
        SegmentWriter writer = new SegmentWriter(pool);
        EncodedEvent encoded = writer.write(1, 5, bytes(PIECE, 1));
        writer.flush();
        pool.releaseUpTo(4);
        assertThat(encoded.segment().isLive())
                .describedAs("a reader has not passed it")
                .isTrue();
        pool.releaseUpTo(5);
        assertThat(encoded.segment().isLive()).isFalse();
        assertThat(read(encoded)).isEqualTo(bytes(PIECE, 1).toByteArray());
        loops.getFirst().runTasks();
        loops.getFirst().execute(() -> {});
        loops.getFirst().runTasks();
        assertThat(isFreed(encoded))
                .describedAs("the second loop may still be copying")
                .isFalse();
        loops.getLast().runTasks();
        assertThat(isFreed(encoded)).isTrue();
        assertThat(pool.heldBytes()).isZero();
    }

    @Test
    void doesNotWaitForALoopThatHasStopped() {
        SegmentPool pool = new SegmentPool(1 << 20, loops);
        SegmentWriter writer = new SegmentWriter(pool);
        EncodedEvent encoded = writer.write(1, 5, bytes(PIECE, 1));
        writer.flush();
        loops.getLast().stopped = true;
        pool.releaseUpTo(5);
        assertThat(isFreed(encoded)).isFalse();
        loops.getFirst().runTasks();
        assertThat(isFreed(encoded)).isTrue();
    }

    @Test
    void releasesTheOldestSegmentsWhenTheBudgetIsExceeded() {
        SegmentPool pool = new SegmentPool(4 * Segment.BYTES, loops);
        SegmentWriter writer = new SegmentWriter(pool);
        List<EncodedEvent> all = new ArrayList<>();
        for (int i = 0; i < 10; i++) all.add(writer.write(1, i, bytes(Segment.BYTES, i)));
        loops.forEach(Loop::runTasks);
        assertThat(pool.heldBytes()).isLessThanOrEqualTo(5 * Segment.BYTES);
        assertThat(isFreed(all.getFirst())).isTrue();
        assertThat(read(all.getLast())).isEqualTo(bytes(Segment.BYTES, 9).toByteArray());
        assertThatThrownBy(() -> read(all.getFirst())).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void findsBytesByFormatAndNoneThatWereReleased() {
        SegmentPool pool = new SegmentPool(1 << 20, loops);
        SegmentWriter writer = new SegmentWriter(pool);
        EncodedEvent one = writer.write(1, 1, bytes(10, 1));
        EncodedEvent both = writer.write(2, 1, bytes(10, 2)).before(one);
        assertThat(EncodedEvent.find(both, 1)).isEqualTo(one);
        assertThat(EncodedEvent.find(both, 2)).isEqualTo(both);
        assertThat(EncodedEvent.find(both, 3)).isNull();
        writer.flush();
        pool.releaseUpTo(1);
        assertThat(EncodedEvent.find(both, 1)).isNull();
        EncodedEvent anew = writer.write(1, 1, bytes(10, 1)).before(both);
        assertThat(EncodedEvent.find(anew, 1)).isEqualTo(anew);
        assertThat(anew.next())
                .describedAs("a released encoding is dropped from the list")
                .isNull();
    }

    @Property(tries = 100)
    void holdsNoMoreThanItsBudgetAndFinallyNothing(@ForAll long seed) {
        Random random = new Random(seed);
        long budget = random.nextInt(20) * (long) Segment.BYTES;
        SegmentPool pool = new SegmentPool(budget, loops);
        List<SegmentWriter> writers = List.of(new SegmentWriter(pool), new SegmentWriter(pool));
        List<EncodedEvent> written = new ArrayList<>();
        List<Integer> lengths = new ArrayList<>();
        for (int step = 0; step < 300; step++) {
            int length = random.nextInt(random.nextInt(10) == 0 ? 200_000 : 20_000);
            written.add(writers.get(random.nextInt(2)).write(1, step, bytes(length, step)));
            lengths.add(length);
            if (random.nextInt(4) == 0) loops.get(random.nextInt(2)).runTasks();
            if (random.nextInt(20) == 0) writers.get(random.nextInt(2)).flush();
            if (random.nextInt(10) == 0) pool.releaseUpTo(random.nextInt(step + 1));
            int any = random.nextInt(written.size());
            EncodedEvent one = written.get(any);
            if (one.segment().isLive())
                assertThat(read(one)).isEqualTo(bytes(lengths.get(any), any).toByteArray());
        }
        loops.forEach(Loop::runTasks);
        assertThat(pool.heldBytes()).isLessThanOrEqualTo(budget + 2 * 200_000 + 2 * Segment.BYTES);
        writers.forEach(SegmentWriter::flush);
        pool.releaseUpTo(1_000);
        loops.forEach(Loop::runTasks);
        assertThat(pool.heldBytes()).isZero();
        assertThat(written).allMatch(SegmentPoolTest::isFreed);
    }
}
