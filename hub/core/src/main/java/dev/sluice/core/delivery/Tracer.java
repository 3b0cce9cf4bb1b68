package dev.sluice.core.delivery;

import dev.sluice.core.access.Grant;
import dev.sluice.core.access.Principal;
import dev.sluice.core.access.Verb;
import dev.sluice.core.channel.ChannelName;
import dev.sluice.core.cursor.Cursor;
import dev.sluice.core.delivery.operator.DeliveryStatus;
import dev.sluice.core.delivery.operator.StreamStatus;
import dev.sluice.core.delivery.operator.Trace;
import dev.sluice.core.delivery.operator.TraceStep;
import dev.sluice.core.delivery.operator.TraceSubject;
import dev.sluice.core.delivery.stream.WriteBatch;
import dev.sluice.core.event.Event;
import dev.sluice.core.log.AppendResult;
import dev.sluice.core.log.Publication;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// The traces of a hub. While no trace runs, the only cost for a publish, a write and the end of a stream is a
/// read of [#running]. May be used from any thread.
public final class Tracer {
    /// The maximum number of running traces.
    static final int RUNNING_MAX = 4;

    /// The maximum number of traces kept, including those that have ended.
    static final int KEPT_MAX = 8;

    /// How long a trace can be read after its end.
    static final long KEPT_MS = 10 * 60_000;

    /// The running traces. Its list never changes.
    static final class Running {
        private final List<Trace> all;
        private final InstantSource clock;

        private Running(List<Trace> all, InstantSource clock) {
            this.all = all;
            this.clock = clock;
        }

        long nowMs() {
            return clock.millis();
        }

        /// Records when the log has stored a publish.
        CompletionStage<AppendResult> published(ChannelName channel, CompletionStage<AppendResult> outcome) {
            long publishedMs = nowMs();
            return outcome.whenComplete((placed, _) -> {
                if (placed instanceof AppendResult.Placed stored) stored(channel, stored.id(), publishedMs);
            });
        }

        CompletionStage<AppendResult.Batch> publishedAll(
                List<Publication> publications, CompletionStage<AppendResult.Batch> outcome) {
            long publishedMs = nowMs();
            return outcome.whenComplete((batch, _) -> {
                if (!(batch instanceof AppendResult.Batch.All(List<AppendResult> each))) return;
                for (int i = 0; i < each.size(); i++) {
                    if (each.get(i) instanceof AppendResult.Placed placed)
                        stored(publications.get(i).draft().channel(), placed.id(), publishedMs);
                }
            });
        }

        private void stored(ChannelName channel, Cursor id, long publishedMs) {
            for (Trace each : all) if (each.isOf(channel)) each.stored(id, publishedMs, nowMs());
        }

        /// Counts the events that a stream has written completely.
        ///
        /// @param joined whether its batch may join several events into one
        void delivered(WriteBatch batch, Cursor from, Cursor to, Subscriber reader, boolean joined) {
            Supplier<StreamStatus> status = () -> reader.stream().status();
            for (Trace each : all) {
                if (!(each.subject() instanceof TraceSubject.OfChannel(ChannelName channel))) continue;
                if (joined && reader.reads(channel)) each.delivered(from, to, status, nowMs());
                if (joined) continue;
                for (int piece = 0; piece < batch.pieces(); piece++) {
                    Event event = batch.event(piece);
                    if (event == null || !event.channel().equals(channel)) continue;
                    if (from.isBefore(event.id()) && !to.isBefore(event.id())) each.delivered(event, status, nowMs());
                }
            }
        }

        void answered(List<Event> events, Poll poll) {
            for (Trace each : all)
                for (Event event : events) if (each.isOf(event.channel())) each.delivered(event, poll::status, nowMs());
        }

        /// Whether the steps of this client are kept.
        boolean follows(Principal client) {
            for (Trace each : all) if (each.subject().follows(client)) return true;
            return false;
        }

        void step(TraceStep.Kind kind, StreamStatus stream) {
            for (Trace each : all)
                if (each.subject().follows(stream.client())) each.add(new TraceStep(nowMs(), kind, stream));
        }
    }

    private final Hub hub;
    private final LongSupplier clockMs;
    private final InstantSource clock;
    private final List<Trace> kept = new CopyOnWriteArrayList<>();
    private volatile @Nullable Running running;
    private long lastId; // Guarded by this.

    /// @param clockMs decides when a trace ends
    /// @param clock   dates what traces find
    Tracer(Hub hub, LongSupplier clockMs, InstantSource clock) {
        this.hub = hub;
        this.clockMs = clockMs;
        this.clock = clock;
    }

    /// The running traces; null in the common case that there are none.
    @Nullable
    Running running() {
        return running;
    }

    /// Begins a trace, which ends by itself.
    ///
    /// @param ms how long it runs
    /// @return empty if [#RUNNING_MAX] traces are running already
    /// @throws dev.sluice.core.access.AccessDeniedException unless the grant permits to operate the hub
    public synchronized Optional<Trace> begin(Grant grant, TraceSubject subject, long ms) {
        grant.require(Verb.ADMIN, Hub.ALL_CHANNELS);
        expire();
        Running now = running;
        if (now != null && now.all.size() >= RUNNING_MAX) return Optional.empty();
        if (kept.size() == KEPT_MAX)
            kept.stream().filter(each -> each.leftMs() <= 0).findFirst().ifPresent(kept::remove);
        Trace trace = new Trace(++lastId, subject, clock.millis(), ms, clockMs);
        kept.add(trace);
        List<Trace> all = new ArrayList<>(now == null ? List.of() : now.all);
        all.add(trace);
        running = new Running(List.copyOf(all), clock);
        return Optional.of(trace);
    }

    /// The running traces and those that ended last, oldest first.
    ///
    /// @throws dev.sluice.core.access.AccessDeniedException unless the grant permits to operate the hub
    public List<Trace> all(Grant grant) {
        grant.require(Verb.ADMIN, Hub.ALL_CHANNELS);
        return List.copyOf(kept);
    }

    /// Ends a trace and forgets it.
    ///
    /// @return true if there was such a trace
    /// @throws dev.sluice.core.access.AccessDeniedException unless the grant permits to operate the hub
    public synchronized boolean end(Grant grant, long id) {
        grant.require(Verb.ADMIN, Hub.ALL_CHANNELS);
        boolean existed = kept.removeIf(each -> each.id() == id);
        expire();
        return existed;
    }

    /// Counts the readers of a channel that have passed a place in the log, and those that have not.
    ///
    /// @throws dev.sluice.core.access.AccessDeniedException unless the grant permits to operate the hub
    public CompletionStage<DeliveryStatus> delivery(Grant grant, ChannelName channel, Cursor place) {
        grant.require(Verb.ADMIN, Hub.ALL_CHANNELS);
        List<CompletableFuture<DeliveryStatus>> parts = hub.dispatchers().stream()
                .map(dispatcher -> dispatcher.tasks().delivery(channel, place))
                .toList();
        return CompletableFuture.allOf(parts.toArray(CompletableFuture<?>[]::new))
                .thenApply(_ ->
                        parts.stream().map(CompletableFuture::join).reduce(DeliveryStatus.NONE, DeliveryStatus::and));
    }

    /// Ends traces whose time is over, and records which events have been synced. Called about once a second.
    ///
    /// @param synced the log is on disk up to here; null if the log is in memory
    synchronized void maintain(@Nullable Cursor synced) {
        if (synced != null) for (Trace each : kept) each.synced(synced, clock.millis());
        expire();
    }

    private void expire() {
        kept.removeIf(each -> each.leftMs() + KEPT_MS <= 0);
        Running now = running;
        if (now == null) return;
        List<Trace> left = now.all.stream()
                .filter(each -> each.leftMs() > 0 && kept.contains(each))
                .toList();
        if (left.size() < now.all.size()) running = left.isEmpty() ? null : new Running(left, clock);
    }
}
