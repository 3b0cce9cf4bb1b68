package dev.sluice.core.delivery;

import dev.sluice.core.access.Grant;
import dev.sluice.core.channel.ChannelName;
import dev.sluice.core.cursor.Cursor;
import dev.sluice.core.cursor.ReadCursor;
import dev.sluice.core.delivery.operator.StreamStatus;
import dev.sluice.core.delivery.operator.TraceStep;
import dev.sluice.core.delivery.schedule.TimerWheel;
import dev.sluice.core.delivery.stream.ClosedStream;
import dev.sluice.core.delivery.stream.Coalescing;
import dev.sluice.core.delivery.stream.EndReason;
import dev.sluice.core.delivery.stream.Rejection;
import dev.sluice.core.delivery.stream.StreamBacklog;
import dev.sluice.core.delivery.stream.StreamKind;
import dev.sluice.core.delivery.stream.SubscriptionSpec;
import dev.sluice.core.event.End;
import dev.sluice.core.event.Entry;
import dev.sluice.core.event.Event;
import dev.sluice.core.log.Filter;
import dev.sluice.core.log.Gap;
import dev.sluice.core.log.Read;
import dev.sluice.core.metrics.LoopCount;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import java.util.function.LongPredicate;
import org.jspecify.annotations.Nullable;

/// One read after a cursor, answered at once or as soon as there is something to read. Reads like a stream, but
/// stops after one answer. Runs only on its connection's event loop.
public final class Poll extends Reader {
    /// The answer to a poll.
    public sealed interface Result {
        /// @param begin  the cursor that the read started from
        /// @param events at most as many as requested, oldest first
        /// @param place  where the next poll continues
        /// @param more   whether there is more to read at once; when paging back, whether there are
        /// earlier events
        /// @param gap    the gap before the events; null if there is none
        /// @param closed whether all channels have ended and nothing is left to read
        /// @param ended  the channels, of those named in full, whose end is not after the cursor
        record Found(
                Cursor begin,
                List<Event> events,
                SubscriptionSpec.From.Place place,
                boolean more,
                @Nullable Gap gap,
                boolean closed,
                List<ChannelName> ended)
                implements Result {
            /// Where the next poll continues, as clients receive it.
            public Cursor cursor() {
                return place.at().cursor();
            }
        }

        /// The poll has no events to answer with.
        record Refused(Rejection refusal) implements Result {}

        /// The answer would exceed the memory budget for answers.
        record OverBudget() implements Result {}
    }

    /// Memory of an event without its data, as the limits of the log count it.
    public static final int EVENT_OVERHEAD_BYTES = 256;

    /// The maximum number of reads in one turn. After it has found events, the poll reads further to know
    /// whether there are more.
    private static final int READS_MAX = 4;

    /// The time after which a poll that need not wait is answered with how far it has read. Its selection may have few
    /// events in a large log, and a client that gives up would begin again.
    static final long READ_MS_MAX = 1_000;

    private final Dispatcher loop;
    private final Grant grant;
    private final SubscriptionSpec subscription;
    private final @Nullable Cursor before;
    private final PollPage page;
    private final Consumer<Result> onAnswer;

    private Filter filter = Filter.NONE;
    private ReadCursor place;
    private @Nullable Gap gap;
    private @Nullable Read completedRead;

    /// The number of deletions and erasures before the last read.
    private long removals;

    /// Whether a channel named in full has ended after the cursor, or all have before it.
    private boolean hasEnd;

    private TimerWheel.@Nullable Timer waitTimer;
    private @Nullable StartResolver startResolver;
    /// The position up to which the loop had followed the log when the poll arrived.
    private final Cursor liveFrom;

    private final long beganMs;
    private boolean isStarted;
    private boolean isAwaitingRead;
    private boolean isWaitOver;
    private boolean isDone;

    /// Whether it had to wait for its answer, which makes it a stream.
    private boolean isWaiting;

    /// See [StreamStatus#id]; 0 until it waits.
    private long id;

    private String agent = "";

    /// Why it is answered early; null if it is not.
    private @Nullable EndReason early;

    private Poll(
            Dispatcher loop,
            Grant grant,
            SubscriptionSpec subscription,
            int limit,
            long dataBytesMax,
            @Nullable Cursor before,
            LongPredicate reserve,
            Consumer<Result> onAnswer) {
        this.loop = loop;
        this.grant = grant;
        this.subscription = subscription;
        this.before = before;
        this.page = new PollPage(limit, dataBytesMax, before, reserve, loop.followed());
        this.onAnswer = onAnswer;
        this.liveFrom = loop.followed();
        this.beganMs = loop.nowMs();
        this.place = ReadCursor.at(liveFrom);
    }

    /// See [Dispatcher#poll].
    public static Poll start(
            Dispatcher loop,
            Grant grant,
            SubscriptionSpec subscription,
            int limit,
            long dataBytesMax,
            long waitMs,
            @Nullable Cursor before,
            LongPredicate reserve,
            Consumer<Result> onAnswer) {
        Poll poll = new Poll(loop, grant, subscription, limit, dataBytesMax, before, reserve, onAnswer);
        loop.join(subscription.selection(), poll);
        poll.isWaitOver = waitMs == 0;
        if (waitMs > 0) poll.waitTimer = loop.at(loop.nowMs() + poll.waitMs(waitMs), poll::onWaitOver);
        StartResolver resolver = new StartResolver(loop, subscription, poll::resolved);
        poll.startResolver = resolver;
        resolver.start();
        return poll;
    }

    /// Sets the name of the client's program for operators: see [dev.sluice.core.delivery.stream.Sink#agent].
    public void setAgent(String agent) {
        this.agent = agent;
    }

    /// Cancels the poll: it receives no answer.
    public void close() {
        finish(new EndReason.Disconnected());
    }

    private void finish(EndReason reason) {
        if (isDone) return;
        isDone = true;
        loop.leave(subscription.selection(), this);
        if (waitTimer != null) waitTimer.cancel();
        if (startResolver != null) startResolver.close();
        if (!isWaiting) return;
        loop.closed(StreamKind.POLL, "poll");
        EndReason why = early == null ? reason : early;
        loop.ended(
                new ClosedStream(
                        StreamKind.POLL,
                        "poll",
                        why,
                        place.cursor(),
                        subscription.selection().weight()),
                status());
    }

    @Override
    void stop(long retryAfterMs) {
        isWaitOver = true;
        early = new EndReason.Stopping();
        if (isStarted) loop.ready(this);
        else answer(unavailable("this server is stopping"));
    }

    @Override
    Grant grant() {
        return grant;
    }

    @Override
    boolean isWithin(Grant narrowed) {
        return AccessCheck.permits(narrowed, subscription.selection());
    }

    /// If its grant has ended, a waiting poll is answered as if its time were up, but reads nothing more. Its
    /// client polls again with its cursor, and learns the reason when that poll is refused.
    @Override
    void dismiss(EndReason.Dismissal reason) {
        if (isDone) return;
        early = reason;
        boolean ofGrant = reason instanceof EndReason.GrantEnd;
        if (ofGrant && isWaiting && before == null) answer(false, false);
        else answer(new Result.Refused(new Rejection.Dismissed(reason)));
    }

    @Override
    boolean isOver() {
        return isDone;
    }

    @Override
    long id() {
        return isDone ? 0 : id;
    }

    @Override
    String transport() {
        return "poll";
    }

    @Override
    String agent() {
        return agent;
    }

    @Override
    boolean reads(ChannelName channel) {
        return subscription.selection().matches(channel);
    }

    @Override
    StreamBacklog backlog() {
        return StreamBacklog.NONE; // It is answered as soon as there is something to read.
    }

    @Override
    long bytes() {
        return 0; // A poll sends nothing before it ends.
    }

    @Override
    StreamStatus status() {
        return status(
                id,
                StreamKind.POLL,
                subscription.selection().patterns(),
                subscription.selection().patterns().size(),
                place.cursor());
    }

    @Override
    void onFailure() {
        answer(unavailable("the log failed to read"), new EndReason.Failed());
    }

    private void resolved(StartResolver.Outcome outcome) {
        if (isDone) return;
        switch (outcome) {
            case StartResolver.Outcome.Refused(Rejection refusal) -> answer(new Result.Refused(refusal));
            case StartResolver.Outcome.At(ReadCursor at, Filter newFilter, Gap missing, boolean ended) -> {
                page.begin(at.cursor());
                place = at;
                filter = newFilter;
                hasEnd = ended;
                isStarted = true;
                if (missing != null && subscription.gapFails()) {
                    answer(new Result.Refused(new Rejection.Missing(missing)));
                    return;
                }
                gap = missing;
                // At once, not in a later turn: most polls that need not wait are answered directly.
                if (turn()) loop.ready(this);
                isWaiting = !isDone && !isWaitOver;
                if (isWaiting) beginWait();
            }
        }
    }

    private void beginWait() {
        id = loop.opened(StreamKind.POLL, "poll");
        Tracer.Running traces = loop.tracing();
        if (traces == null || !traces.follows(grant.principal())) return;
        String after = subscription.from() instanceof SubscriptionSpec.From.Resume(String cursor) ? cursor : null;
        traces.step(new TraceStep.Kind.Opened(after), status());
    }

    /// The time to wait, limited by the expiry of the grant.
    private long waitMs(long requestedMs) {
        long leftMs = grant.timeLeftMs();
        return leftMs == Long.MAX_VALUE ? requestedMs : Math.min(requestedMs, leftMs + loop.expiryDelayMs());
    }

    private long onWaitOver(long nowMs) {
        isWaitOver = true;
        if (grant.hasExpired()) loop.dismiss(this, new EndReason.Expired());
        else if (isStarted) loop.ready(this);
        return TimerWheel.NEVER;
    }

    @Override
    boolean turn() {
        boolean more = true;
        for (int reads = 0; more && reads < READS_MAX; reads++) more = readOnce();
        return more;
    }

    /// @return true if there may be more to read at once
    private boolean readOnce() {
        if (isDone || !isStarted || isAwaitingRead) return false;
        Read completed = takeCompleted();
        if (completed == null) removals = loop.log().removals();
        Read read = completed != null ? completed : loop.read(place, subscription.selection(), filter);
        return switch (read) {
            case Read.Batch(List<Entry> entries, Cursor next) -> {
                if (addEntries(subscription.coalesce() ? Coalescing.join(entries, null) : entries)) yield false;
                place = place.moved(next);
                if (isReadingTooLong()) answer(true, false);
                yield !isDone;
            }
            case Read.Missing(Gap missing, ReadCursor resume) -> {
                handleGap(missing, resume);
                yield !isDone;
            }
            case Read.CaughtUp(Cursor head)
            when before == null && completed != null && head.isBefore(loop.log().head()) -> {
                place = place.moved(head); // The log has grown since the read.
                yield true;
            }
            case Read.CaughtUp(Cursor head) -> {
                if (before == null) place = place.moved(head);
                if (isWaitOver || hasEnd || gap != null || !page.isEmpty()) answer(page.hasEarlier(), true);
                yield false;
            }
            case Read.Pending(CompletionStage<Read> later) -> {
                awaitRead(later);
                yield false;
            }
        };
    }

    /// A page before a cursor is not read from its beginning, and so soon complete.
    private boolean isReadingTooLong() {
        return isWaitOver && before == null && loop.nowMs() - beganMs >= READ_MS_MAX;
    }

    /// Returns the completed read, unless it may have data that was deleted since; null if no read has completed.
    private @Nullable Read takeCompleted() {
        Read completed = completedRead;
        completedRead = null;
        return completed == null || ReadPosition.hasRemoved(loop.log(), completed, removals) ? null : completed;
    }

    /// @return true if the poll has been answered
    private boolean addEntries(List<Entry> entries) {
        for (Entry entry : entries) {
            if (page.endsBefore(entry)) {
                answer(before == null || page.hasEarlier(), false);
                return true;
            }
            switch (entry) {
                case Event event -> page.add(event);
                case End end -> hasEnd |= subscription.selection().names().contains(end.channel());
            }
            place = place.moved(entry.id());
        }
        if (page.reserve()) return false;
        answer(new Result.OverBudget());
        return true;
    }

    private void handleGap(Gap missing, ReadCursor resume) {
        loop.metrics().count(LoopCount.GAPS);
        if (subscription.gapFails() && page.isEmpty()) {
            answer(new Result.Refused(new Rejection.Missing(missing)));
        } else if ((page.isEmpty() && gap == null) || before != null) {
            // A page before a cursor never contains a gap: the log no longer keeps the events before the gap,
            // either.
            page.clear();
            gap = missing;
            place = resume;
        } else {
            answer(true, false); // The next poll reports the gap.
        }
    }

    private void awaitRead(CompletionStage<Read> later) {
        isAwaitingRead = true;
        later.whenComplete((read, failure) -> loop.execute(() -> {
            isAwaitingRead = false;
            if (isDone) return;
            if (failure != null) {
                answer(unavailable("the log failed to read"));
                return;
            }
            completedRead = read;
            loop.ready(this);
        }));
    }

    private static Result unavailable(String reason) {
        return new Result.Refused(new Rejection.Unavailable(reason));
    }

    private void answer(boolean more, boolean isCaughtUp) {
        List<ChannelName> ended = StartResolver.ended(loop.log(), subscription, place.cursor());
        boolean closed = isCaughtUp
                && ended.size() == subscription.selection().patterns().size();
        SubscriptionSpec.From.Place next = new SubscriptionSpec.From.Place(place, filter.snapshotTo());
        if (page.reserve()) answer(page.found(next, more, gap, closed, ended));
        else answer(new Result.OverBudget());
    }

    private void answer(Result result) {
        answer(
                result,
                switch (result) {
                    case Result.Found _ -> new EndReason.Complete();
                    case Result.Refused(Rejection.Missing(Gap missing)) -> new EndReason.Missing(missing);
                    case Result.Refused(Rejection.Unavailable(String why)) -> new EndReason.Unavailable(why);
                    case Result.Refused(Rejection.TooFar(String why)) -> new EndReason.Unavailable(why);
                    case Result.Refused(Rejection.Dismissed(EndReason.Dismissal why)) -> why;
                    case Result.OverBudget _ -> new EndReason.OverBudget();
                });
    }

    private void answer(Result result, EndReason reason) {
        if (isDone) return;
        finish(reason);
        List<Event> events = result instanceof Result.Found found ? found.events() : List.of();
        loop.recordAnswer(page.dataBytes(), events.size());
        if (isWaiting && !events.isEmpty()) loop.recordLatency(events.getFirst(), liveFrom);
        Tracer.Running traces = loop.tracing();
        if (traces != null) traces.answered(events, this);
        onAnswer.accept(result);
    }
}
