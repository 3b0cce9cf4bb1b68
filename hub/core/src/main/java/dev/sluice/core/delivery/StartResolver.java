package dev.sluice.core.delivery;

import dev.sluice.core.channel.ChannelName;
import dev.sluice.core.cursor.Cursor;
import dev.sluice.core.cursor.ReadCursor;
import dev.sluice.core.delivery.schedule.TimerWheel;
import dev.sluice.core.delivery.stream.Rejection;
import dev.sluice.core.delivery.stream.SubscriptionSpec;
import dev.sluice.core.log.Filter;
import dev.sluice.core.log.Gap;
import dev.sluice.core.log.GapReason;
import dev.sluice.core.log.LogReader;
import dev.sluice.core.log.Read;
import dev.sluice.core.log.ResolvedCursor;
import dev.sluice.core.log.SearchRejectedException;
import dev.sluice.core.log.Start;
import dev.sluice.core.metrics.LoopCount;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Resolves the position at which a subscription or poll starts: the meaning of the client's cursor in this log,
/// and whether there is a gap after it. Runs on the reader's event loop; the reader is registered first, so that
/// it misses no entry appended in between.
final class StartResolver {
    /// The result.
    sealed interface Outcome {
        /// @param at     the place to start at
        /// @param filter the events to deliver
        /// @param gap    the gap before the start; null if there is none
        /// @param ended  whether all its channels have ended and the reader already has everything
        record At(ReadCursor at, Filter filter, @Nullable Gap gap, boolean ended) implements Outcome {}

        record Refused(Rejection refusal) implements Outcome {}
    }

    private final Dispatcher loop;
    private final SubscriptionSpec subscription;
    private final Consumer<Outcome> onOutcome;
    private boolean isDone;
    private TimerWheel.@Nullable Timer timeout;
    private CompletionStage<?> pending = CompletableFuture.completedStage(null);

    StartResolver(Dispatcher loop, SubscriptionSpec subscription, Consumer<Outcome> onOutcome) {
        this.loop = loop;
        this.subscription = subscription;
        this.onOutcome = onOutcome;
    }

    /// Cancels the search.
    void close() {
        if (isDone) return;
        isDone = true;
        if (timeout != null) timeout.cancel();
        pending.toCompletableFuture().cancel(false);
    }

    /// Cancels the search, with an outcome.
    void refuse(Rejection refusal) {
        if (isDone) return;
        close();
        onOutcome.accept(new Outcome.Refused(refusal));
    }

    /// Calls `onOutcome` once, on this loop, unless it is closed before; immediately if the log answers
    /// immediately.
    void start() {
        LogReader log = loop.log();
        Filter types = Filter.types(subscription.types());
        Filter filter = subscription.conflate() ? new Filter(subscription.types(), true, null) : types;
        switch (subscription.from()) {
            case SubscriptionSpec.From.Resume(String text) -> {
                CompletionStage<ResolvedCursor> place = log.resolve(text);
                // A cursor ahead of the log may never be reached, so this wait needs a timeout. Searches of the
                // log, here and below, end by themselves.
                long timeoutMs = loop.hub().settings().resolve().toMillis();
                if (!place.toCompletableFuture().isDone()) timeout = loop.at(loop.nowMs() + timeoutMs, this::onTimeout);
                await(place, resolved -> {
                    if (timeout != null) timeout.cancel();
                    switch (resolved) {
                        case ResolvedCursor.At(Cursor cursor) -> readFirst(ReadCursor.at(cursor), filter, null);
                        case ResolvedCursor.Lost(ReadCursor resume) ->
                            readFirst(resume, filter, new Gap(text, resume.cursor(), GapReason.EPOCH));
                    }
                });
            }
            case SubscriptionSpec.From.Place(ReadCursor at, Cursor snapshotTo) ->
                readFirst(at, new Filter(subscription.types(), subscription.conflate(), snapshotTo), null);
            case SubscriptionSpec.From.At(Start start) -> {
                // A page back counts the events that it will have, so that it says whether there are more.
                Filter counted = start instanceof Start.Before ? filter : types;
                await(log.locate(start, subscription.selection(), counted), place -> readFirst(place, filter, null));
            }
            case SubscriptionSpec.From.Snapshot() -> {
                Filter snapshotFilter = new Filter(subscription.types(), subscription.conflate(), log.head());
                await(
                        log.locate(new Start.Earliest(), subscription.selection(), types),
                        place -> readFirst(place, snapshotFilter, null));
            }
        }
    }

    /// A gap is reported before anything else, so the first read happens before the first frame.
    private void readFirst(ReadCursor place, Filter filter, @Nullable Gap gap) {
        Read first = loop.log().read(place, subscription.selection(), filter, 1, 1);
        if (first instanceof Read.Pending(CompletionStage<Read> later)) {
            await(later, read -> onFirstRead(read, place, filter, gap));
        } else {
            onFirstRead(first, place, filter, gap);
        }
    }

    private void onFirstRead(Read read, ReadCursor place, Filter filter, @Nullable Gap gap) {
        if (read instanceof Read.Missing(Gap missing, ReadCursor resume)) {
            // The reader sees two adjacent gaps as one: from its cursor to where it can continue.
            Gap merged = gap == null ? missing : new Gap(gap.after(), missing.resume(), gap.reason());
            loop.metrics().count(LoopCount.GAPS);
            answer(new Outcome.At(resume, filter, merged, false));
            return;
        }
        if (gap != null) loop.metrics().count(LoopCount.GAPS);
        answer(new Outcome.At(place, filter, gap, gap == null && hasEnded(loop.log(), subscription, place.cursor())));
    }

    /// Whether all channels of a selection ended at or before a cursor.
    static boolean hasEnded(LogReader log, SubscriptionSpec subscription, Cursor at) {
        if (!subscription.selection().isNamed()) return false;
        for (ChannelName name : subscription.selection().names()) if (!hasEnded(log, name, at)) return false;
        return true;
    }

    /// The channels of a selection, of those named in full, that ended at or before a cursor.
    static List<ChannelName> ended(LogReader log, SubscriptionSpec subscription, Cursor at) {
        return subscription.selection().names().stream()
                .filter(name -> hasEnded(log, name, at))
                .toList();
    }

    private static boolean hasEnded(LogReader log, ChannelName name, Cursor at) {
        Cursor end = log.channel(name).end();
        return end != null && !at.isBefore(end);
    }

    private <T> void await(CompletionStage<T> stage, Consumer<T> then) {
        pending = stage;
        CompletableFuture<T> future = stage.toCompletableFuture();
        if (future.isDone() && !future.isCompletedExceptionally()) {
            then.accept(future.resultNow());
            return;
        }
        stage.whenComplete((value, failure) -> loop.execute(() -> {
            if (isDone) return;
            if (failure != null) answer(new Outcome.Refused(refusalFor(failure)));
            else then.accept(value);
        }));
    }

    private static Rejection refusalFor(Throwable failure) {
        Throwable cause = failure instanceof CompletionException wrapped ? wrapped.getCause() : failure;
        if (!(cause instanceof SearchRejectedException refused))
            return new Rejection.Unavailable("the log failed to find the start position");
        String reason = String.valueOf(refused.getMessage());
        return switch (refused.reason()) {
            case TOO_LONG -> new Rejection.TooFar(reason);
            case TOO_MANY -> new Rejection.Unavailable(reason);
        };
    }

    private long onTimeout(long nowMs) {
        refuse(new Rejection.Unavailable("the cursor is ahead of the log of this node"));
        return TimerWheel.NEVER;
    }

    private void answer(Outcome answer) {
        if (isDone) return;
        isDone = true;
        if (timeout != null) timeout.cancel();
        onOutcome.accept(answer);
    }
}
