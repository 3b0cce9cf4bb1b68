package dev.sluice.bench;

import dev.sluice.core.access.Grant;
import dev.sluice.core.channel.Selection;
import dev.sluice.core.cursor.Cursor;
import dev.sluice.core.delivery.Hub;
import dev.sluice.core.delivery.SubscribeListener;
import dev.sluice.core.delivery.Subscriber;
import dev.sluice.core.delivery.channel.HubSettings;
import dev.sluice.core.delivery.schedule.Loop;
import dev.sluice.core.delivery.stream.Rejection;
import dev.sluice.core.delivery.stream.Sink;
import dev.sluice.core.delivery.stream.SubscriptionSpec;
import dev.sluice.core.log.Gap;
import dev.sluice.core.log.Log;
import dev.sluice.core.log.Publication;
import dev.sluice.core.log.Retention;
import dev.sluice.core.memory.MemoryLog;
import dev.sluice.server.http.BodyFraming;
import dev.sluice.server.subscribe.HeartbeatForm;
import dev.sluice.server.transport.sse.SseWire;
import java.nio.ByteBuffer;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.AuxCounters;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/// A burst of events and the resulting turns of a thousand readers, into sockets that accept everything: the cost of
/// delivery without system calls. `deliveries` is the number of deliveries per second.
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
public class DrainBenchmark {
    private static final int READERS = 1_000;
    private static final int KEPT = 10_000;
    private static final long HEARTBEAT_MS = 3_600_000;
    private static final int ROUNDS_BETWEEN_MAINTENANCE = 256;

    /// Events that have accumulated since the last turn.
    @Param({"1", "10", "100"})
    public int burst = 1;

    private final Queue<Runnable> tasks = new ArrayDeque<>(); // The event loop, run by the benchmark's thread.
    private final Log log = MemoryLog.builder(InstantSource.system())
            .retention(_ -> Retention.events(KEPT))
            .open();
    private final Hub hub = new Hub(
            log,
            HubSettings.DEFAULT,
            List.of(new OneThread()),
            () -> 0,
            InstantSource.system(),
            new Random(1),
            _ -> {});
    private final Publication publication = Samples.publication();
    private final List<Reader> readers = new ArrayList<>();
    private int rounds;

    /// Deliveries, verified by the bytes that the sinks received: skipped readers would show.
    @AuxCounters(AuxCounters.Type.OPERATIONS)
    @State(Scope.Thread)
    public static class Delivered {
        public long deliveries;
    }

    /// A loop with a clock that stands still: no round seems to take long, so no pause follows.
    private final class OneThread implements Loop {
        @Override
        public void execute(Runnable task) {
            tasks.add(task);
        }

        @Override
        public long nowNs() {
            return 0;
        }

        @Override
        public void after(long delayNs, Runnable task) {
            tasks.add(task);
        }
    }

    /// A reader with a socket that accepts everything.
    private static final class Reader implements SubscribeListener, Sink {
        private long bytes;

        @Override
        public void begins(Subscriber subscriber, Cursor at, @Nullable Gap gap) {
            subscriber.start(this, new byte[0], HEARTBEAT_MS);
        }

        @Override
        public void ended(Cursor at) {
            throw new AssertionError("a channel of a benchmark has ended");
        }

        @Override
        public void refused(Rejection refusal) {
            throw new IllegalStateException("a reader was refused: " + refusal);
        }

        @Override
        public int write(ByteBuffer offered) {
            int count = offered.remaining();
            offered.position(offered.limit());
            bytes += count;
            return count;
        }

        @Override
        public long progress() {
            return NOTHING_PENDING;
        }

        @Override
        public void end(boolean whole) {
            throw new AssertionError("a reader was ended");
        }
    }

    @Setup
    public void subscribe() {
        var wire = new SseWire(false, BodyFraming.CHUNKED, HeartbeatForm.BLOCK);
        var subscription = SubscriptionSpec.latest(Selection.of(Samples.CHANNEL));
        for (int i = 0; i < READERS; i++) {
            var reader = new Reader();
            readers.add(reader);
            tasks.add(() -> hub.dispatchers().getFirst().subscribe(Grant.EVERYTHING, subscription, wire, reader));
        }
        runTasks();
    }

    @TearDown
    public void close() {
        hub.close();
        log.close();
    }

    @Benchmark
    public void burstToAllReaders(Delivered delivered) {
        for (int i = 0; i < burst; i++) log.append(publication);
        runTasks();
        delivered.deliveries += (long) burst * READERS;
        if (++rounds % ROUNDS_BETWEEN_MAINTENANCE == 0) maintain();
        requireEqualReaders();
    }

    /// Frees memory that all readers have passed, as a server does every second.
    private void maintain() {
        log.maintain();
        hub.maintain();
        runTasks();
    }

    private void requireEqualReaders() {
        if (readers.getFirst().bytes == 0 || readers.getFirst().bytes != readers.getLast().bytes) {
            throw new AssertionError("readers were left out");
        }
    }

    private void runTasks() {
        for (Runnable task = tasks.poll(); task != null; task = tasks.poll()) task.run();
    }
}
