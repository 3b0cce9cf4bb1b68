package dev.sluice.server.publish;

import dev.sluice.core.channel.ChannelName;
import dev.sluice.core.cursor.Cursor;
import dev.sluice.core.delivery.Hub;
import dev.sluice.core.delivery.stream.EndReason;
import dev.sluice.core.event.Draft;
import dev.sluice.core.lease.UploadLease;
import dev.sluice.core.log.AppendResult;
import dev.sluice.core.log.Conditions;
import dev.sluice.core.log.Publication;
import dev.sluice.core.log.Registration;
import dev.sluice.server.http.BodyReader;
import dev.sluice.server.http.BodySubscription;
import dev.sluice.server.http.Exchange;
import dev.sluice.server.http.InFlightBytes;
import dev.sluice.server.http.head.Problem;
import dev.sluice.server.http.head.ProblemException;
import dev.sluice.server.http.head.Problems;
import dev.sluice.server.limit.PublishLimits.Allowance;
import dev.sluice.server.net.outlet.ReadWatermarks;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// Appends the events of a streamed body to the log in order, as they arrive; events that arrive while an append
/// is in progress go together into the next one. Reading pauses while too many events are unacknowledged. If the
/// body breaks off, events already appended stay in the log, and the answer states their count. Used on its
/// connection's event loop only.
final class Upload implements BodyReader {
    /// Events that are appended together. There is no object per event, which the garbage collector would copy
    /// while the event is in flight.
    private static final class Group {
        private final ArrayList<Publication> publications = new ArrayList<>();
        private long[] lines = NO_LINES;
        private long bytes;
        private Runnable release = () -> {}; // Of the lease that it holds.

        void hold(UploadLease lease) {
            release = lease.hold();
        }

        /// Ends the hold of the lease, because the events are stored or dropped.
        void release() {
            release.run();
        }

        /// @param expected about how many events the part has: room is allocated for them together
        void add(Publication publication, long line, long bytes, int expected) {
            if (size() == lines.length) grow(expected);
            lines[size()] = line;
            publications.add(publication);
            this.bytes += bytes;
        }

        private void grow(int expected) {
            int room = Math.max(2 * size() + 1, size() + expected);
            publications.ensureCapacity(room);
            lines = Arrays.copyOf(lines, room);
        }

        List<Publication> publications() {
            return publications;
        }

        Draft draft(int index) {
            return publications.get(index).draft();
        }

        long line(int index) {
            return lines[index];
        }

        long bytes() {
            return bytes;
        }

        int size() {
            return publications.size();
        }
    }

    private static final long[] NO_LINES = {};

    /// The maximum size of a group of several events, with the overhead. A cluster takes 16 MiB at a time, and
    /// while an append is in progress, as much as `publish.unacknowledged_max` can gather.
    private static final long GROUP_BYTES_MAX = 1L << 20;

    /// The approximate size of an event in a body.
    private static final int EVENT_BYTES = 128;

    /// Memory for an event in flight without its data: 150 to 350 bytes.
    static final int OVERHEAD_BYTES = 256;

    private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);

    /// The maximum duration of one scheduled wait, because its timer keeps the upload reachable.
    private static final long SLOWED_MS_MAX = 1_000;

    private final Exchange exchange;
    private final Hub hub;
    private final ReadWatermarks gate;
    private final InFlightBytes inFlight;
    private final InFlightBytes.Holder appending; // Complete events.
    private final InFlightBytes.EvictableHolder incomplete; // The incomplete event.
    private final Allowance allowance;
    private final Source source;
    private final ArrayDeque<Group> unsent = new ArrayDeque<>(); // Not yet passed to the log.
    private int expected; // Events of the current part, about.
    private int pending; // Events that are not acknowledged: unsent, or being appended.
    private long pendingBytes; // With the overhead.
    private int heldBytes;

    @SuppressWarnings("NullAway.Init") // Set by start, before the first call.
    private BodySubscription flow;

    @SuppressWarnings("NullAway.Init") // Likewise.
    private Registration grantWatch;

    private @Nullable UploadLease lease;
    private Runnable onDone = () -> {};
    private boolean done;
    private boolean busy; // An append is in progress.
    private boolean isInLoop; // In that of appendUnsent.
    private CompletionStage<Boolean> appended = CompletableFuture.completedStage(true); // The last append's success.
    private boolean paused;
    private boolean isSlowed; // The allowance is used up.
    private boolean bodyComplete; // end() has been called.
    private boolean allAppending; // The source has passed on all events.
    private boolean anyAppended;
    private long count;
    private @Nullable AppendResult last; // The outcome of the last event, or of the end if there is no event.
    private @Nullable Problem refusal;

    /// @param allowance slows the upload down when it would refuse a single publish
    Upload(
            Exchange exchange,
            Hub hub,
            PublishSettings settings,
            InFlightBytes inFlight,
            Allowance allowance,
            Source source) {
        this.exchange = exchange;
        this.hub = hub;
        this.gate = new ReadWatermarks(settings.unacknowledgedMax(), settings.unacknowledgedBytes());
        this.inFlight = inFlight;
        this.appending = inFlight.holder();
        this.incomplete = inFlight.holder(exchange.loop(), this::onEvicted);
        this.allowance = allowance;
        this.source = source;
    }

    /// Gives the channel of a stream a lease, which everything that arrives renews. Call it after [#start],
    /// which may refuse the upload.
    void renew(UploadLease ofChannel, ChannelName channel) {
        lease = ofChannel;
        ofChannel.open().whenComplete((outcome, failure) -> {
            if (failure == null && AppendResponses.isInLog(outcome)) return;
            Problem problem =
                    failure == null ? AppendResponses.problem(outcome, channel) : AppendResponses.failed(failure);
            exchange.run(() -> stop(problem));
        });
    }

    private void renewLease() {
        if (lease != null) lease.renew();
    }

    /// @throws ProblemException `429` if the caller has published too much before
    void start() {
        allowance.take(0, 0);
        // The expiry needs no watch, because the hub checks the grant for each event.
        grantWatch = hub.watchGrant(exchange.grant(), () -> exchange.run(this::onRevoked));
        exchange.closed(this::onClientGone);
        flow = exchange.body(this, Exchange.Pace.OPEN_ENDED);
    }

    /// Calls the listener once, when the upload is answered or its client has disconnected.
    void onDone(Runnable listener) {
        if (done) listener.run();
        else onDone = listener;
    }

    /// Called when the channel of a stream has ended. Refuses the upload unless its body is complete, because
    /// its own last append may be the end, or unless it may be the repetition of an upload, because it has a key
    /// and nothing new has been appended yet. In these cases the outcomes of its appends decide.
    ///
    /// @param repeatable true if the upload has an idempotency key
    void channelEnded(ChannelName channel, boolean repeatable) {
        if (bodyComplete || (repeatable && !anyAppended)) return;
        stop(AppendResponses.ended(channel));
    }

    private void onRevoked() {
        stop(Problems.of(new EndReason.Revoked()));
    }

    /// Discards the rest of the body, and answers with the problem once all appends in progress are acknowledged.
    private void stop(Problem problem) {
        if (done || refusal != null) return;
        refusal = problem;
        source.drop();
        setHeldBytes(0);
        settle();
    }

    @Override
    public void data(ByteBuffer part) {
        if (refusal != null) return; // The rest is discarded.
        renewLease();
        incomplete.moved(part.remaining());
        expected = part.remaining() / EVENT_BYTES;
        feed(part);
        updateReadInterest();
    }

    /// Appends the events of a part together. If there are so many that their overhead counts, only the first
    /// ones: the rest is fed when reading resumes.
    private void feed(ByteBuffer part) {
        try {
            do {
                source.feed(part, this);
                appendUnsent();
            } while (!done && source.isStopped() && !isFull());
            if (!done) setHeldBytes(source.heldBytes()); // An append may have been refused synchronously.
        } catch (ProblemException refused) {
            stop(withLine(refused.problem(), source.line()));
        }
    }

    /// Returns true if the source should pass on no more events for now.
    boolean isFull() {
        return pendingBytes >= gate.bytesMax();
    }

    /// An upload may pause for any time, but only between two events.
    @Override
    public boolean isMidway() {
        return heldBytes > 0;
    }

    @Override
    public void end() {
        bodyComplete = true;
        if (refusal == null) {
            try {
                source.end(this);
                setHeldBytes(0); // A complete event waits for the log, so it is not evicted.
                allAppending = true;
            } catch (ProblemException refused) {
                stop(withLine(refused.problem(), source.line()));
            }
        }
        settle();
    }

    @Override
    public void failed(Problem problem) {
        if (exchange.isOver()) onClientGone();
        else stop(problem);
    }

    /// Adds the next event, which is appended with the others of its part. Called by the [Source].
    ///
    /// @param bytes the size of its data
    void append(Draft draft, Conditions conditions, long line, int bytes) {
        if (done) return; // Refused in the middle of a part: the rest is discarded.
        long held = (long) bytes + OVERHEAD_BYTES;
        appending.take(held);
        pending++;
        pendingBytes += held;
        groupFor(held).add(new Publication(draft, conditions), line, held, expected);
        slowDown(allowance.charge(1, bytes));
    }

    /// The unsent group to which an event is added.
    private Group groupFor(long bytes) {
        Group last = unsent.peekLast();
        if (last != null && last.bytes() + bytes <= GROUP_BYTES_MAX) return last;
        Group next = new Group();
        if (lease != null) next.hold(lease);
        unsent.add(next);
        return next;
    }

    /// Appends the next unsent group once the previous append is acknowledged: nothing may follow a refused
    /// event, and a full disk may have space again a moment later. Also called by an append that completes
    /// synchronously: then the loop that began it goes on.
    private void appendUnsent() {
        if (isInLoop) return;
        isInLoop = true;
        while (!busy && !unsent.isEmpty()) {
            busy = true;
            appended = append(takeUnsent());
        }
        isInLoop = false;
    }

    private Group takeUnsent() {
        expected = 0;
        return unsent.remove();
    }

    /// @return true if all events were appended
    private CompletionStage<Boolean> append(Group group) {
        return OrderedAppend.append(hub, exchange.grant(), group.publications()).thenApply(outcomes -> {
            release(group); // Even if the client has disconnected.
            exchange.run(() -> {
                busy = false;
                renewLease(); // In a cluster, the others have to learn that the author is alive.
                pending -= group.size();
                pendingBytes -= group.bytes();
                if (done) return;
                take(group, outcomes.each());
                Throwable failure = outcomes.failure();
                if (failure != null)
                    refuse(
                            AppendResponses.failed(failure),
                            group.line(outcomes.each().size()));
                settle();
            });
            return outcomes.areInLog();
        });
    }

    private void release(Group group) {
        appending.giveBack(group.bytes());
        group.release();
    }

    /// @param outcomes the outcomes of the group's first events, a refusal at most at the end
    private void take(Group group, List<AppendResult> outcomes) {
        for (int i = 0; i < outcomes.size(); i++) {
            Draft draft = group.draft(i);
            AppendResult outcome = outcomes.get(i);
            if (!AppendResponses.isInLog(outcome)) {
                refuse(AppendResponses.problem(outcome, draft.channel()), group.line(i));
                return;
            }
            anyAppended |= outcome instanceof AppendResult.Placed;
            if (draft.isEvent()) count++;
            if (draft.isEvent() || last == null) last = outcome;
        }
    }

    private void settle() {
        if (done) return;
        appendUnsent();
        if (done) return; // An append completed synchronously.
        if (pending == 0 && refusal != null) refuse(refusal, 0);
        else if (pending == 0 && allAppending) succeed();
        else updateReadInterest();
    }

    private void succeed() {
        done();
        exchange.answer(AppendResponses.counted(count, lastId(), last != null && !anyAppended));
    }

    private void refuse(Problem problem, long line) {
        done();
        Problem counted = withLine(problem, line).withMember("count", count);
        Cursor id = lastId();
        exchange.refuse(id == null ? counted : counted.withMember("last", id.text()));
    }

    private @Nullable Cursor lastId() {
        return last == null ? null : AppendResponses.id(last);
    }

    private static Problem withLine(Problem problem, long line) {
        return line == 0 ? problem : problem.withMember("line", line);
    }

    /// Reads no further until the allowance permits it.
    private void slowDown(long waitMs) {
        if (waitMs == 0 || isSlowed || done) return;
        isSlowed = true;
        exchange.loop().schedule(this::endSlowness, Math.min(waitMs, SLOWED_MS_MAX), TimeUnit.MILLISECONDS);
    }

    private void endSlowness() {
        isSlowed = false;
        if (done) return;
        renewLease();
        slowDown(allowance.charge(0, 0));
        exchange.run(this::updateReadInterest);
    }

    private void updateReadInterest() {
        if (done || reads() == !paused) return;
        paused = !paused;
        if (paused) flow.pause();
        else resume();
    }

    private boolean reads() {
        return !isSlowed && gate.isOpen(!paused, pending, pendingBytes);
    }

    /// Reads on once all events of the last part are passed on.
    private void resume() {
        if (source.isStopped()) feed(NOTHING);
        if (done || paused) return; // An append completed synchronously.
        if (reads()) flow.resume();
        else paused = true;
    }

    private void setHeldBytes(int bytes) {
        if (bytes > heldBytes) incomplete.take(bytes - heldBytes);
        else incomplete.giveBack(heldBytes - bytes);
        heldBytes = bytes;
        if (bytes > 0) incomplete.await();
        else incomplete.settle();
    }

    private void onEvicted() {
        if (exchange.isOver()) done();
        else exchange.run(() -> stop(withLine(inFlight.evicted(), source.line())));
    }

    /// Called when the client has disconnected, or a step of the upload has failed. Its complete events are
    /// still appended, unless an earlier one is refused.
    private void onClientGone() {
        if (done) return;
        while (!unsent.isEmpty()) {
            Group next = takeUnsent();
            appended = appended.thenCompose(isClear -> {
                if (isClear) return append(next);
                release(next);
                return CompletableFuture.completedStage(false);
            });
        }
        done();
    }

    private void done() {
        if (done) return;
        done = true;
        setHeldBytes(0);
        unsent.forEach(this::release);
        unsent.clear();
        grantWatch.close();
        onDone.run();
    }
}
