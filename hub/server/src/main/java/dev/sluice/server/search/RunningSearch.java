package dev.sluice.server.search;

import dev.sluice.core.access.Grant;
import dev.sluice.core.cursor.Cursor;
import dev.sluice.core.delivery.AccessCheck;
import dev.sluice.core.delivery.stream.EndReason;
import dev.sluice.core.delivery.stream.Sink;
import dev.sluice.core.delivery.stream.StreamListener;
import dev.sluice.core.event.Event;
import dev.sluice.core.search.EventScan;
import dev.sluice.core.search.EventSlice;
import dev.sluice.server.http.head.Problems;
import dev.sluice.server.metrics.SearchCounts;
import dev.sluice.server.metrics.SearchOutcome;
import dev.sluice.server.net.outlet.Outlet;
import java.time.Duration;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/// One search and its answer, slice after slice. The next slice is read once the client has read the results of
/// the previous one, after one slice of each other search.
final class RunningSearch implements StreamListener {
    /// The maximum number of slices of a search. Each has at most 512 events or 256 KiB, so a search reads at
    /// most 2 million events or 1 GiB.
    static final int SLICES_MAX = 4_096;

    /// The longest time for which a search may use the thread of all searches. Only a query made to be slow
    /// takes that long.
    static final long BUSY_NS_MAX = TimeUnit.SECONDS.toNanos(60);

    /// The longest duration of a search. The answers are small, so only a client that reads slowly on purpose
    /// needs this long. Checked together with the client's progress, so a search may last one such interval
    /// longer.
    static final long LIFE_NS_MAX = TimeUnit.MINUTES.toNanos(10);

    private static final System.Logger LOG = System.getLogger(RunningSearch.class.getName());
    private static final long PROGRESS_NS = TimeUnit.MILLISECONDS.toNanos(100);

    /// The opened input of a search.
    ///
    /// @param buckets count the matches; null if they were not requested
    record Opened(EventScan scan, @Nullable TimeBuckets buckets) {}

    private final SearchRequest request;
    private final EventScan scan;
    private final Grant grant;
    private final SearchLines lines;
    private final @Nullable TimeBuckets buckets;
    private final Executor thread;
    private final LongSupplier nowNs;
    private final SearchCounts counts;
    private final SearchBudget.Place place;
    private final AtomicBoolean isOver = new AtomicBoolean();

    @SuppressWarnings("NullAway.Init") // Set by begin.
    private volatile Outlet outlet;

    private int slices;
    private long busyNs;
    private long looked;
    private long found;
    private @Nullable Event last;
    private long toldNs;
    private long begunNs;
    private long progressBefore = Sink.NOTHING_PENDING;

    /// @param thread runs its slices
    /// @param place  may be given to another search while this one waits for its client, and is free once this
    ///               one is over
    RunningSearch(
            SearchRequest request,
            Opened opened,
            Grant grant,
            SearchLines lines,
            Executor thread,
            LongSupplier nowNs,
            SearchCounts counts,
            SearchBudget.Place place) {
        this.request = request;
        this.scan = opened.scan();
        this.grant = grant;
        this.lines = lines;
        this.buckets = opened.buckets();
        this.thread = thread;
        this.nowNs = nowNs;
        this.counts = counts;
        this.place = place;
    }

    /// Called on the event loop of the outlet.
    ///
    /// @param stall how long the client may take nothing
    void begin(Outlet to, Duration stall) {
        outlet = to;
        toldNs = nowNs.getAsLong();
        begunNs = toldNs;
        place.onGiveWay(() -> to.loop().execute(this::cut));
        watch(stall);
        thread.execute(this::next);
    }

    private void next() {
        if (isOver.get()) return;
        // Checked for each slice: the grant may have expired or been revoked, or the access rules have changed.
        if (!AccessCheck.permits(grant, request.range().selection())) {
            lines.problem(Problems.of(grant.hasExpired() ? new EndReason.Expired() : new EndReason.Revoked()));
            finish(SearchOutcome.GRANT);
            return;
        }
        long beganNs = nowNs.getAsLong();
        try {
            scan.next().whenComplete((slice, failure) -> thread.execute(() -> take(slice, failure)));
        } catch (RuntimeException failure) {
            fail(failure);
        }
        busyNs += nowNs.getAsLong() - beganNs;
    }

    private void take(EventSlice slice, @Nullable Throwable failure) {
        try {
            if (failure == null) examine(slice);
            else fail(failure);
        } catch (RuntimeException broken) {
            fail(broken);
        }
    }

    private void fail(Throwable failure) {
        LOG.log(System.Logger.Level.WARNING, "search failed", failure);
        lines.problem(Problems.LOG_FAILED.of("The log could not be read further. Search again."));
        finish(SearchOutcome.FAILED);
    }

    private void examine(EventSlice slice) {
        if (isOver.get()) return;
        long beganNs = nowNs.getAsLong();
        for (Event event : slice.events()) {
            look(event);
            if (request.limit() > 0 && found == request.limit()) {
                end(SearchOutcome.LIMIT, event.id());
                return;
            }
        }
        slices++;
        busyNs += nowNs.getAsLong() - beganNs;
        if (slice.isLast()) end(SearchOutcome.ALL, null);
        else if (slices == SLICES_MAX || busyNs > BUSY_NS_MAX) end(SearchOutcome.LOOKED, scan.place());
        else goOn();
    }

    private void look(Event event) {
        looked++;
        counts.looked();
        last = event;
        if (!request.matches(event)) return;
        found++;
        if (buckets != null) buckets.add(event);
        if (request.limit() > 0) lines.match(event);
    }

    private void goOn() {
        long now = nowNs.getAsLong();
        if (now - toldNs >= PROGRESS_NS) {
            lines.progress(looked, found, last, buckets);
            toldNs = now;
        }
        if (lines.isEmpty()) thread.execute(this::next);
        else {
            place.waits();
            outlet.send(lines.take(), () -> {
                place.goesOn();
                thread.execute(this::next);
            });
        }
    }

    private void end(SearchOutcome why, @Nullable Cursor next) {
        lines.end(why, looked, found, last, next, buckets);
        finish(why);
    }

    private void finish(SearchOutcome why) {
        if (!over(why)) return;
        byte[] bytes = lines.takeLast();
        outlet.loop().execute(() -> {
            outlet.send(bytes, () -> {});
            outlet.end(true);
        });
    }

    /// Cuts off a client that has read nothing during the interval, and a search that has lasted for too long.
    private void watch(Duration stall) {
        outlet.loop()
                .schedule(
                        () -> {
                            if (isOver.get()) return;
                            long progress = outlet.progress();
                            boolean isStalled = progress != Sink.NOTHING_PENDING && progress == progressBefore;
                            progressBefore = progress;
                            boolean isTooOld = nowNs.getAsLong() - begunNs > LIFE_NS_MAX;
                            if (isStalled || isTooOld) cut();
                            else watch(stall);
                        },
                        stall.toMillis(),
                        TimeUnit.MILLISECONDS);
    }

    /// Ends the search without a last line, because its client reads nothing, or reads too slowly.
    private void cut() {
        if (isOver.get()) return;
        close();
        outlet.end(false);
    }

    @Override
    public void writable() {}

    @Override
    public void close() {
        over(SearchOutcome.LEFT);
    }

    /// @return false if the search was already over
    private boolean over(SearchOutcome why) {
        if (!isOver.compareAndSet(false, true)) return false;
        counts.ended(why);
        place.close();
        return true;
    }

    @Override
    public boolean isOver() {
        return isOver.get();
    }

    @Override
    public void stopping() {
        close();
        outlet.end(false);
    }
}
