package dev.sluice.load;

import java.io.IOException;
import java.nio.channels.Selector;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.function.ToLongFunction;
import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;

/// One load, from opening connections to the report. Used once.
public final class Load {
    private static final Duration OPEN_TIME_MAX = Duration.ofSeconds(60);

    /// Memory of a server that has just taken connections is still moving.
    private static final Duration SETTLE = Duration.ofMillis(500);

    /// At the end, events that are under way get so long after the last that came, and no longer than that in all.
    private static final Duration QUIET_TIME_MAX = Duration.ofSeconds(3);

    private static final Duration DRAIN_TIME_MAX = Duration.ofSeconds(60);
    private static final Duration LOOK_EVERY = Duration.ofMillis(20);

    private final Plan plan;
    private final Consumer<Progress> watcher;
    private final AtomicInteger opened = new AtomicInteger();
    private final AtomicReference<@Nullable IOException> failure = new AtomicReference<>();
    private final List<Counts> counts = new ArrayList<>();
    private final List<Thread> threads = new ArrayList<>();
    private @Nullable Flow flow;
    private volatile @Nullable Window window;
    private volatile boolean isPublishing;
    private volatile boolean isOver;

    /// What is told each second.
    ///
    /// @param phase     opening, warming up, measuring, draining
    /// @param seconds   since the load began
    /// @param open      connections
    /// @param delivered in the last second
    public record Progress(String phase, long seconds, int open, long published, long delivered) {}

    /// @param watcher told each second how it goes, on the thread that runs the load
    public Load(Plan plan, Consumer<Progress> watcher) {
        this.plan = plan;
        this.watcher = watcher;
    }

    /// Runs it all; blocks as long as that takes.
    ///
    /// @throws RefusedByServer if a subscription is answered with something else
    /// @throws IOException     if the server can't be reached, or breaks a connection before it counts
    public Report run() throws IOException, InterruptedException {
        var server = server();
        var paths = new Paths(plan);
        var publisherSelector = Selector.open();
        var openings = Openings.of(plan, paths);
        var readers = readers(openings);
        var theFlow = new Flow(counts, plan.connections() > 0, openings.owedMax(plan), publisherSelector);
        flow = theFlow;
        var publishers = new PublisherLoop(this, plan, theFlow, publisherSelector, openings.readersOf());
        try {
            var rssBefore = rss(server);
            long beganNs = System.nanoTime();
            for (var loop : readers) start("bench-read", loop);
            awaitOpened();
            if (server.isEmpty()) server = server(); // It may have been about to start.
            double connectSeconds = (System.nanoTime() - beganNs) / 1e9;
            publishers.open(paths);
            Thread.sleep(SETTLE);
            var rssOpen = rss(server);

            var theWindow = new Window(
                    System.nanoTime(), us(plan.warmup()), us(plan.warmup().plus(plan.duration())));
            window = theWindow;
            isPublishing = true;
            var publishing = start("bench-publish", publishers);
            watch("warming up", theWindow, theWindow.fromUs());
            var from = Moment.now(theFlow, counts, server);
            watch("measuring", theWindow, theWindow.toUs());
            var to = Moment.now(theFlow, counts, server);
            isPublishing = false;
            publishers.stop();
            drain(publishing);
            var rssEnd = rss(server);
            end();
            return report(new Found(from, to, publishers, rssBefore, rssOpen, rssEnd, connectSeconds));
        } finally {
            end();
            publishers.close();
        }
    }

    private Optional<ServerProcess> server() {
        var target = plan.target();
        return target.isLocal() ? ServerProcess.listeningOn(target.address().getPort()) : Optional.empty();
    }

    /// What was read off on the way.
    private record Found(
            Moment from,
            Moment to,
            PublisherLoop publishers,
            OptionalLong rssBefore,
            OptionalLong rssOpen,
            OptionalLong rssEnd,
            double connectSeconds) {}

    private List<ReaderLoop> readers(Openings openings) throws IOException {
        var loops = new ArrayList<ReaderLoop>();
        for (var share : openings.shares()) {
            var itsCounts = new Counts();
            counts.add(itsCounts);
            loops.add(new ReaderLoop(this, plan, itsCounts, share));
        }
        return loops;
    }

    private Thread start(String name, Runnable loop) {
        var thread = Thread.ofPlatform().name(name).daemon().start(loop);
        threads.add(thread);
        return thread;
    }

    private void awaitOpened() throws IOException, InterruptedException {
        int all = plan.connections() + plan.stalled();
        long beganNs = System.nanoTime();
        long tellAtNs = beganNs + 1_000_000_000L;
        while (opened.get() < all) {
            check();
            Thread.sleep(LOOK_EVERY);
            long nowNs = System.nanoTime();
            if (nowNs >= tellAtNs) {
                tellAtNs += 1_000_000_000L;
                watcher.accept(new Progress("opening", (nowNs - beganNs) / 1_000_000_000L, opened.get(), 0, 0));
            }
            if (nowNs - beganNs > OPEN_TIME_MAX.toNanos()) {
                throw new IOException("of %,d connections only %,d were opened within %d s"
                        .formatted(all, opened.get(), OPEN_TIME_MAX.toSeconds()));
            }
        }
    }

    /// Waits until then, and tells how it goes.
    private void watch(String phase, Window theWindow, int untilUs) throws IOException, InterruptedException {
        var theFlow = Objects.requireNonNull(flow);
        while (theWindow.nowUs() < untilUs) {
            check();
            long publishedBefore = theFlow.acknowledged.get();
            long deliveredBefore = theFlow.delivered();
            Thread.sleep(Duration.ofNanos(Math.clamp((untilUs - theWindow.nowUs()) * 1_000L, 0, 1_000_000_000L)));
            watcher.accept(new Progress(
                    phase,
                    theWindow.nowUs() / 1_000_000,
                    opened.get(),
                    theFlow.acknowledged.get() - publishedBefore,
                    theFlow.hasReaders ? theFlow.delivered() - deliveredBefore : 0));
        }
        check();
    }

    /// Waits for all that is under way, as long as some of it comes.
    private void drain(Thread publishing) throws IOException, InterruptedException {
        publishing.join(DRAIN_TIME_MAX);
        var theFlow = Objects.requireNonNull(flow);
        long beganNs = System.nanoTime();
        long newsNs = beganNs;
        long before = -1;
        while (theFlow.delivered() < theFlow.owed.get()) {
            check();
            Thread.sleep(LOOK_EVERY);
            long nowNs = System.nanoTime();
            if (theFlow.delivered() != before) {
                before = theFlow.delivered();
                newsNs = nowNs;
            }
            if (nowNs - newsNs > QUIET_TIME_MAX.toNanos() || nowNs - beganNs > DRAIN_TIME_MAX.toNanos()) return;
        }
    }

    private void end() throws InterruptedException {
        isOver = true;
        for (var thread : threads) thread.join();
    }

    private Report report(Found found) {
        var theFlow = Objects.requireNonNull(flow);
        var latency = new Histogram(counts.getFirst().latency);
        for (var each : counts) latency.add(each.latency);
        long published = found.to.published() - found.from.published();
        long delivered = found.to.delivered() - found.from.delivered();
        long events = theFlow.hasReaders ? delivered : published;
        long owed = theFlow.owed.get();
        return new Report(
                plan,
                Duration.ofNanos(found.to.ns() - found.from.ns()),
                published,
                delivered,
                found.to.bytes() - found.from.bytes(),
                owed,
                Math.max(0, owed - theFlow.delivered()),
                sum(each -> each.repeated.get()),
                sum(each -> each.late.get()),
                sum(each -> each.damaged.get()),
                sum(each -> each.broken.get()),
                found.publishers.refused(),
                found.publishers.refusal(),
                latency,
                each(found.from.serverCpuUs(), found.to.serverCpuUs(), events),
                each(found.from.loadCpuUs(), found.to.loadCpuUs(), events),
                found.rssEnd,
                each(found.rssBefore, found.rssOpen, plan.connections() + plan.stalled()),
                found.connectSeconds,
                sum(each -> each.resumed.get()),
                catchUpSeconds());
    }

    /// Empty as well if some had no event of their time any more: then the load was too short to tell.
    private OptionalDouble catchUpSeconds() {
        if (sum(each -> each.resumed.get()) != sum(each -> each.caughtUp.get())) return OptionalDouble.empty();
        int first = counts.stream().mapToInt(each -> each.firstBackUs).min().orElseThrow();
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
        var reason = failure.get();
        if (reason != null) throw reason;
    }

    // What the loops ask and tell.

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

    /// For who lives only once it has begun.
    Window startedWindow() {
        var started = window;
        if (started == null) throw new IllegalStateException("the load has not begun");
        return started;
    }

    void readerOpened() {
        opened.incrementAndGet();
    }

    void progressed() {
        var theFlow = flow;
        if (theFlow != null) theFlow.progressed();
    }

    void fail(IOException reason) {
        failure.compareAndSet(null, reason);
    }
}
