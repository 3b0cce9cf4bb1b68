package dev.sluice.load;

import dev.sluice.load.http.Connector;
import dev.sluice.wire.Trust;
import java.io.IOException;
import java.nio.channels.Selector;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.function.ToLongFunction;
import javax.net.ssl.SSLContext;
import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;

/// One load run, from opening connections to the report. Used once.
public final class Load {
    private static final Duration OPEN_TIME_MAX = Duration.ofSeconds(60);

    /// The memory usage of a server that has just accepted connections needs time to settle.
    private static final Duration SETTLE = Duration.ofMillis(500);

    /// At the end, the run waits for events in flight until none has arrived for this time, at most for
    /// [#DRAIN_TIME_MAX]. A server that others keep from its processor may be quiet for seconds and lose nothing.
    private static final Duration QUIET_TIME_MAX = Duration.ofSeconds(10);

    private static final Duration DRAIN_TIME_MAX = Duration.ofSeconds(60);
    private static final Duration POLL_INTERVAL = Duration.ofMillis(20);

    private final Plan plan;
    private final Consumer<Progress> watcher;
    private final AtomicInteger opened = new AtomicInteger();
    private final AtomicReference<@Nullable Exception> failure = new AtomicReference<>();
    private final List<Counts> counts = new ArrayList<>();
    private final List<ReaderLoop> readers = new ArrayList<>();
    private final List<Thread> threads = new ArrayList<>();
    private @Nullable InFlightDeliveries flow;
    private volatile @Nullable Window window;
    private volatile boolean isPublishing;
    private volatile boolean isOver;

    /// The progress, reported each second.
    ///
    /// @param phase     opening, warming up or measuring
    /// @param seconds   since the load began
    /// @param open      open connections
    /// @param published events acknowledged in the last second
    /// @param delivered deliveries in the last second
    public record Progress(String phase, long seconds, int open, long published, long delivered) {}

    /// @param watcher receives the progress each second, on the thread that runs the load
    public Load(Plan plan, Consumer<Progress> watcher) {
        this.plan = plan;
        this.watcher = watcher;
    }

    /// Runs the load and blocks until it has finished.
    ///
    /// @throws dev.sluice.load.http.RejectedByServerException if the server refuses a subscription
    /// @throws IOException if the server cannot be reached, or closes a connection before it has answered
    /// @throws IllegalStateException if one of its threads fails otherwise
    public Report run() throws IOException, InterruptedException {
        var server = server();
        var paths = new Paths(plan);
        var publisherSelector = Selector.open();
        var shares = ReaderShares.of(plan, paths);
        var tls = plan.target().isTls() ? Trust.in(plan.authorities()) : null;
        if (tls != null) tls.getClientSessionContext().setSessionCacheSize(1);
        openLoops(shares, tls);
        var currentFlow =
                new InFlightDeliveries(counts, plan.connections() > 0, shares.pendingMax(plan), publisherSelector);
        flow = currentFlow;
        var publishers = new PublisherLoop(this, plan, currentFlow, publisherSelector, shares.readersOf());
        try {
            var rssBefore = rss(server);
            long beganNs = System.nanoTime();
            for (var loop : readers) start("bench-read", loop);
            awaitOpened();
            if (server.isEmpty()) server = server(); // It may have been starting.
            double connectSeconds = (System.nanoTime() - beganNs) / 1e9;
            publishers.open(paths, new Connector(plan.target(), tls));
            Thread.sleep(SETTLE);
            var rssOpen = rss(server);

            var currentWindow = new Window(
                    System.nanoTime(), us(plan.warmup()), us(plan.warmup().plus(plan.duration())));
            window = currentWindow;
            isPublishing = true;
            var publishing = start("bench-publish", publishers);
            watch("warming up", currentWindow, currentWindow.fromUs());
            var from = CounterSnapshot.now(currentFlow, counts, server);
            watch("measuring", currentWindow, currentWindow.toUs());
            var to = CounterSnapshot.now(currentFlow, counts, server);
            isPublishing = false;
            publishers.stop();
            drain(publishing);
            var rssEnd = rss(server);
            end();
            check();
            return report(new Measurements(from, to, publishers, rssBefore, rssOpen, rssEnd, connectSeconds));
        } finally {
            end();
            publishers.close();
        }
    }

    private Optional<ServerProcess> server() {
        var target = plan.target();
        return target.isLocal() ? ServerProcess.listeningOn(target.address().getPort()) : Optional.empty();
    }

    /// The values measured during the run.
    private record Measurements(
            CounterSnapshot from,
            CounterSnapshot to,
            PublisherLoop publishers,
            OptionalLong rssBefore,
            OptionalLong rssOpen,
            OptionalLong rssEnd,
            double connectSeconds) {}

    private void openLoops(ReaderShares shares, @Nullable SSLContext tls) throws IOException {
        for (var share : shares.shares()) {
            var loopCounts = new Counts();
            counts.add(loopCounts);
            readers.add(new ReaderLoop(this, plan, new Connector(plan.target(), tls), loopCounts, share));
        }
    }

    /// Starts a thread of the load. An exception that it does not expect ends the load: its counts would be too low.
    Thread start(String name, Runnable loop) {
        var thread = Thread.ofPlatform().name(name).daemon().start(() -> {
            try {
                loop.run();
            } catch (RuntimeException | Error unexpected) {
                failure.compareAndSet(null, new IllegalStateException("the thread '" + name + "' failed", unexpected));
            }
        });
        threads.add(thread);
        return thread;
    }

    private void awaitOpened() throws IOException, InterruptedException {
        int all = plan.connections() + plan.stalled();
        long beganNs = System.nanoTime();
        long reportAtNs = beganNs + 1_000_000_000L;
        while (opened.get() < all) {
            check();
            Thread.sleep(POLL_INTERVAL);
            long nowNs = System.nanoTime();
            if (nowNs >= reportAtNs) {
                reportAtNs += 1_000_000_000L;
                watcher.accept(new Progress("opening", (nowNs - beganNs) / 1_000_000_000L, opened.get(), 0, 0));
            }
            if (nowNs - beganNs > OPEN_TIME_MAX.toNanos()) {
                throw new IOException(String.format(
                        Locale.ROOT,
                        "of %,d connections only %,d were opened within %d s",
                        all,
                        opened.get(),
                        OPEN_TIME_MAX.toSeconds()));
            }
        }
    }

    /// Waits until this time and reports the progress.
    private void watch(String phase, Window currentWindow, int untilUs) throws IOException, InterruptedException {
        var currentFlow = Objects.requireNonNull(flow);
        while (currentWindow.nowUs() < untilUs) {
            check();
            long publishedBefore = currentFlow.acknowledged.get();
            long deliveredBefore = currentFlow.delivered();
            Thread.sleep(Duration.ofNanos(Math.clamp((untilUs - currentWindow.nowUs()) * 1_000L, 0, 1_000_000_000L)));
            watcher.accept(new Progress(
                    phase,
                    currentWindow.nowUs() / 1_000_000,
                    opened.get(),
                    currentFlow.acknowledged.get() - publishedBefore,
                    currentFlow.hasReaders ? currentFlow.delivered() - deliveredBefore : 0));
        }
        check();
    }

    /// Waits for the deliveries in flight, as long as some arrive.
    private void drain(Thread publishing) throws IOException, InterruptedException {
        publishing.join(DRAIN_TIME_MAX);
        var currentFlow = Objects.requireNonNull(flow);
        long beganNs = System.nanoTime();
        long lastDeliveryNs = beganNs;
        long before = -1;
        while (currentFlow.delivered() < currentFlow.expected.get()) {
            check();
            Thread.sleep(POLL_INTERVAL);
            long nowNs = System.nanoTime();
            if (currentFlow.delivered() != before) {
                before = currentFlow.delivered();
                lastDeliveryNs = nowNs;
            }
            if (nowNs - lastDeliveryNs > QUIET_TIME_MAX.toNanos() || nowNs - beganNs > DRAIN_TIME_MAX.toNanos()) return;
        }
    }

    private void end() throws InterruptedException {
        isOver = true;
        for (var loop : readers) loop.end();
        for (var thread : threads) thread.join();
    }

    private Report report(Measurements measurements) {
        var currentFlow = Objects.requireNonNull(flow);
        var latency = new Histogram(counts.getFirst().latency);
        for (var each : counts) latency.add(each.latency);
        long published = measurements.to.published() - measurements.from.published();
        long delivered = measurements.to.delivered() - measurements.from.delivered();
        long events = currentFlow.hasReaders ? delivered : published;
        long owed = currentFlow.expected.get();
        return new Report(
                plan,
                Duration.ofNanos(measurements.to.ns() - measurements.from.ns()),
                published,
                delivered,
                measurements.to.bytes() - measurements.from.bytes(),
                owed,
                Math.max(0, owed - currentFlow.delivered()),
                sum(each -> each.repeated.get()),
                sum(each -> each.late.get()),
                sum(each -> each.damaged.get()),
                sum(each -> each.broken.get()),
                measurements.publishers.refused(),
                measurements.publishers.refusal(),
                latency,
                each(measurements.from.serverCpuUs(), measurements.to.serverCpuUs(), events),
                each(measurements.from.loadCpuUs(), measurements.to.loadCpuUs(), events),
                measurements.rssEnd,
                each(measurements.rssBefore, measurements.rssOpen, plan.connections() + plan.stalled()),
                measurements.connectSeconds,
                sum(each -> each.resumed.get()),
                catchUpSeconds());
    }

    /// Empty also if a reader received no event published after its reconnect: the load was too short then.
    private OptionalDouble catchUpSeconds() {
        if (sum(each -> each.resumed.get()) != sum(each -> each.caughtUp.get())) return OptionalDouble.empty();
        int first = counts.stream().mapToInt(each -> each.firstResumedUs).min().orElseThrow();
        int last = counts.stream().mapToInt(each -> each.lastCaughtUpUs).max().orElseThrow();
        return last == 0 ? OptionalDouble.empty() : OptionalDouble.of((last - first) / 1e6);
    }

    private long sum(ToLongFunction<Counts> counter) {
        return counts.stream().mapToLong(counter).sum();
    }

    private static OptionalDouble each(OptionalLong from, OptionalLong to, long events) {
        if (from.isEmpty() || to.isEmpty() || events == 0) return OptionalDouble.empty();
        return OptionalDouble.of((to.getAsLong() - from.getAsLong()) / (double) events);
    }

    private static OptionalLong rss(Optional<ServerProcess> server) {
        return server.map(ServerProcess::rssBytes).orElse(OptionalLong.empty());
    }

    private static int us(Duration time) {
        return Math.toIntExact(time.toNanos() / 1_000);
    }

    private void check() throws IOException {
        switch (failure.get()) {
            case IOException reason -> throw reason;
            case RuntimeException unexpected -> throw unexpected;
            case null, default -> {}
        }
    }

    // Used by the loops.

    boolean isOver() {
        return isOver;
    }

    boolean isPublishing() {
        return isPublishing;
    }

    @Nullable
    Window window() {
        return window;
    }

    /// For use after the start only.
    Window startedWindow() {
        var started = window;
        if (started == null) throw new IllegalStateException("the load has not begun");
        return started;
    }

    void readerOpened() {
        opened.incrementAndGet();
    }

    void progressed() {
        var currentFlow = flow;
        if (currentFlow != null) currentFlow.progressed();
    }

    void fail(IOException reason) {
        failure.compareAndSet(null, reason);
    }
}
