package dev.sluice.server.stats;

import dev.sluice.core.delivery.Hub;
import dev.sluice.core.delivery.channel.HubSettings;
import dev.sluice.core.delivery.schedule.Loop;
import dev.sluice.core.delivery.stream.ClosedStream;
import dev.sluice.core.delivery.stream.Overflow;
import dev.sluice.core.memory.MemoryLog;
import dev.sluice.server.metrics.MetricsSnapshot;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.LongConsumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// Records the statistics of a hub once a second, on a dedicated thread, in a separate log, which a second hub
/// delivers on the same event loops.
public final class Statistics implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(Statistics.class.getName());

    /// The memory for encoded events: enough for a second of all channels in all formats.
    private static final long ENCODED_BYTES = 1 << 20;

    static final long EVERY_MS = 1_000;

    private final ServerClock clock;
    private final MemoryLog log;
    private final Hub hub;
    private final StatsDemand demand;
    private final CountDownLatch stop = new CountDownLatch(1);
    private final Thread thread = Thread.ofVirtual().name("sluice-statistics").unstarted(this::run);
    private LongConsumer recording = _ -> {};
    private volatile @Nullable Recorder recorder;
    private long dueMs;
    private long intervalMs;

    /// @param loops the event loops of the hub that the statistics are about
    public Statistics(
            HubSettings settings, List<? extends Loop> loops, ServerClock clock, Consumer<ClosedStream> onEnd) {
        this.clock = clock;
        this.log = StatsLog.open(clock.wall());
        HubSettings own = new HubSettings(
                ENCODED_BYTES, settings.answersBytes(), settings.stall(), settings.resolve(), _ -> Overflow.NEVER);
        this.hub = new Hub(
                log,
                own,
                loops,
                clock.elapsedMs(),
                clock.wall(),
                () -> ThreadLocalRandom.current().nextLong(),
                onEnd);
        this.demand = new StatsDemand(clock.elapsedMs());
    }

    /// The hub that delivers the statistics. It becomes a part of the hub that they are about.
    public Hub hub() {
        return hub;
    }

    /// The channels of statistics that have readers.
    public StatsDemand demand() {
        return demand;
    }

    /// The figures of channels that are kept even without readers. May be called from any thread.
    public ChannelFigures ofChannels() {
        Recorder begun = recorder;
        return begun == null ? ChannelFigures.NONE : begun.ofChannels();
    }

    /// The figures of the hub; null before the first record. May be called from any thread.
    public @Nullable HubFigures ofHub() {
        Recorder begun = recorder;
        return begun == null ? null : begun.ofHub();
    }

    /// Starts to record.
    ///
    /// @param about    the hub that the statistics are about
    /// @param reading  returns the figures of that hub and of its server
    /// @param interval the interval at which the clock is checked
    public void start(Hub about, Supplier<MetricsSnapshot> reading, Duration interval) {
        Recorder recorder = new Recorder(about, hub, reading, demand, clock);
        about.peers().describe(recorder::ofNode);
        recording = recorder::record;
        this.recorder = recorder;
        intervalMs = Math.min(EVERY_MS, interval.toMillis());
        dueMs = clock.elapsedMs().getAsLong() + EVERY_MS; // Read here, because the thread may start late.
        thread.start();
    }

    private void run() {
        try {
            while (!stop.await(intervalMs, TimeUnit.MILLISECONDS)) {
                long nowMs = clock.elapsedMs().getAsLong();
                if (nowMs < dueMs) continue;
                // After a long pause there is one record, whose rates are averages over the pause.
                dueMs = Math.max(dueMs + EVERY_MS, nowMs + EVERY_MS / 2);
                record(nowMs);
            }
        } catch (InterruptedException ended) {
            Thread.currentThread().interrupt();
        }
    }

    private void record(long nowMs) {
        try {
            recording.accept(nowMs);
        } catch (RuntimeException | Error failed) {
            LOG.log(Level.ERROR, "statistics could not be recorded; it is tried again in a second", failed);
        }
    }

    /// Stops recording and closes the log. Call it after the event loops have delivered their last events.
    @Override
    public void close() {
        stop.countDown();
        try {
            if (thread.isAlive()) thread.join();
        } catch (InterruptedException hurry) {
            Thread.currentThread().interrupt(); // The thread ends by itself.
        }
        log.close();
    }
}
