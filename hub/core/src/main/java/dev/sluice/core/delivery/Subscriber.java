package dev.sluice.core.delivery;

import dev.sluice.core.access.Grant;
import dev.sluice.core.channel.ChannelName;
import dev.sluice.core.channel.Selection;
import dev.sluice.core.cursor.Cursor;
import dev.sluice.core.cursor.ReadCursor;
import dev.sluice.core.delivery.operator.StreamStatus;
import dev.sluice.core.delivery.operator.TraceStep;
import dev.sluice.core.delivery.schedule.ControlQueue;
import dev.sluice.core.delivery.stream.ClosedStream;
import dev.sluice.core.delivery.stream.Coalescing;
import dev.sluice.core.delivery.stream.EndReason;
import dev.sluice.core.delivery.stream.PartialWrite;
import dev.sluice.core.delivery.stream.Rejection;
import dev.sluice.core.delivery.stream.Sink;
import dev.sluice.core.delivery.stream.StreamBacklog;
import dev.sluice.core.delivery.stream.StreamKind;
import dev.sluice.core.delivery.stream.SubscriptionSpec;
import dev.sluice.core.delivery.stream.Wire;
import dev.sluice.core.delivery.stream.WriteBatch;
import dev.sluice.core.event.End;
import dev.sluice.core.event.Entry;
import dev.sluice.core.event.Event;
import dev.sluice.core.log.Filter;
import dev.sluice.core.log.Gap;
import dev.sluice.core.log.Lag;
import dev.sluice.core.log.Read;
import dev.sluice.core.metrics.LoopCount;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// A cursor moving through a selection of channels towards a socket. Runs only on its connection's event loop.
///
/// ```
/// open ──► SubscribeListener.begins ──► start ──► turn, turn, … ──► end
/// ```
/// Each turn reads from the cursor, gathers a batch, writes it, and moves the cursor past what the socket
/// accepted. A slow, lagging or new subscriber needs no special case: its whole state is its cursor and the
/// number of bytes already sent of the next event.
public final class Subscriber extends StreamReader {
    /// The maximum number of reads in one turn: reads whose entries are all filtered out take time without
    /// filling the batch.
    private static final int READS_MAX = 8;

    /// The session whose connection it shares; null if it has its own connection.
    private final @Nullable Session session;

    private Grant grant;
    private final SubscriptionSpec subscription;
    private final Wire wire;

    /// Not null while it is opening.
    private @Nullable StartResolver startResolver;

    private @Nullable Sink sink;
    private @Nullable IdleTimer idleTimer;
    private final ReadPosition position;

    /// Null in the common case: no control frame is queued.
    private @Nullable ControlQueue controlFrames;

    /// Whether the batch depends on more than position, subscription and format, so that it must not be shared.
    private boolean isUnshareable;

    private boolean isBehind;
    private long behindSinceMs;

    /// The head of the log when the stream opened.
    private Cursor liveFrom;

    private Subscriber(
            Dispatcher loop, @Nullable Session session, Grant grant, SubscriptionSpec subscription, Wire wire) {
        super(loop, State.OPENING);
        this.session = session;
        this.grant = grant;
        this.subscription = subscription;
        this.wire = wire;
        this.position = new ReadPosition(loop, subscription, wire);
        this.liveFrom = loop.followed();
    }

    /// Registers a subscriber and resolves its start position. Call it on the dispatcher's loop.
    ///
    /// @param session the session whose connection it shares; null if it has its own connection
    /// @param grant   permits the selection
    /// @return the subscriber; [close][#close] it when the connection goes away, even if it has not started
    static Subscriber open(
            Dispatcher loop,
            @Nullable Session session,
            Grant grant,
            SubscriptionSpec subscription,
            Wire wire,
            SubscribeListener listener) {
        Subscriber subscriber = new Subscriber(loop, session, grant, loop.intern(subscription), wire);
        // Register first, then read from the cursor: an event appended in between is read, never missed.
        loop.join(subscriber.subscription.selection(), subscriber);
        StartResolver resolver =
                new StartResolver(loop, subscription, outcome -> subscriber.resolved(outcome, listener, subscription));
        subscriber.startResolver = resolver;
        resolver.start();
        return subscriber;
    }

    /// @param asked the subscription as requested, including its start
    private void resolved(StartResolver.Outcome outcome, SubscribeListener listener, SubscriptionSpec asked) {
        startResolver = null;
        switch (outcome) {
            case StartResolver.Outcome.Refused(Rejection refusal) -> {
                close();
                listener.refused(refusal);
            }
            case StartResolver.Outcome.At(ReadCursor at, Filter filter, Gap gap, boolean ended) -> {
                boolean isRefused = gap != null && subscription.gapFails();
                if (ended || isRefused) close();
                position.begin(at, filter);
                if (isRefused) listener.refused(new Rejection.Missing(gap));
                else if (ended) listener.ended(at.cursor());
                else listener.begins(this, at.cursor(), gap);
                Tracer.Running traces = loop.tracing();
                if (traces != null && !isRefused && !ended) traceStart(traces, asked.from(), gap);
            }
        }
    }

    private void traceStart(Tracer.Running traces, SubscriptionSpec.From from, @Nullable Gap gap) {
        if (!traces.follows(grant.principal())) return;
        String after = from instanceof SubscriptionSpec.From.Resume(String cursor) ? cursor : null;
        StreamStatus now = status();
        traces.step(session == null ? new TraceStep.Kind.Opened(after) : new TraceStep.Kind.Subscribed(after), now);
        if (gap != null) traces.step(new TraceStep.Kind.Missed(gap.after(), gap.resume()), now);
    }

    /// Starts writing. Delivers everything published since the response head was sent.
    ///
    /// @param prologue    control frame to send before the first event; may be empty
    /// @param heartbeatMs interval between heartbeats
    public void start(Sink target, byte[] prologue, long heartbeatMs) {
        start(target, prologue, heartbeatMs, AGELESS);
    }

    /// Starts writing to a stream with a greatest age.
    ///
    /// @param ageMaxMs the greatest age, shortened at random by up to a fifth
    public void start(Sink target, byte[] prologue, long heartbeatMs, long ageMaxMs) {
        IdleTimer timer = new IdleTimer(this, heartbeatMs, ageMaxMs);
        idleTimer = timer;
        loop.add(timer);
        start(target, prologue);
    }

    /// Starts without a timer: the session sends heartbeats and detects stalls.
    void start(Sink target, byte[] prologue) {
        if (isEnded()) return; // Sending the response head found the connection closed.
        opened();
        liveFrom = loop.log().head();
        sink = target;
        addFrame(prologue);
        ready(loop);
    }

    /// Queues a control frame of the transport for the next boundary between two events.
    public void enqueue(byte[] frame) {
        if (isOver()) return;
        addFrame(frame);
        ready(loop);
    }

    private void addFrame(byte @Nullable [] frame) {
        if (frame == null || frame.length == 0) return;
        if (controlFrames == null) controlFrames = new ControlQueue();
        controlFrames.add(frame);
    }

    /// The number of control frames queued. A transport that answers its client stops reading before this grows.
    public int queuedFrames() {
        return controlFrames == null ? 0 : controlFrames.size();
    }

    @Override
    public void writable() {
        isBlocked = false;
        ready(loop);
    }

    /// The selection; subscribers of one event loop with equal selections share the object.
    public Selection selection() {
        return subscription.selection();
    }

    /// The cursor after the last entry that the sink accepted completely.
    public Cursor cursor() {
        return position.cursor();
    }

    /// The channels, of those named in full, that ended at or before its cursor.
    public List<ChannelName> endedChannels() {
        return StartResolver.ended(loop.log(), subscription, position.cursor());
    }

    /// Ends the stream from the server's side: a partly sent event is completed first, then the wire's end
    /// frame follows.
    public void end(EndReason.Reported reason) {
        if (isOver()) return;
        byte[] last = wire.end(reason);
        if (last == null) {
            cut(reason);
            return;
        }
        addFrame(last);
        ending(reason);
        ready(loop);
    }

    /// Ends it at the request of its client. If another end is decided already, the end frame for this request
    /// follows the one for that end.
    void unsubscribe() {
        EndReason.Reported reason = new EndReason.ByClient(0, "");
        if (isOver()) addFrame(wire.end(reason));
        else end(reason);
    }

    /// Whether it shares the connection of a session.
    boolean isOfSession() {
        return session != null;
    }

    @Override
    void stop(long retryAfterMs) {
        if (startResolver == null) end(new EndReason.Stopping(retryAfterMs));
        else startResolver.refuse(new Rejection.Unavailable("this server is stopping"));
    }

    @Override
    Grant grant() {
        return grant;
    }

    @Override
    boolean isWithin(Grant narrowed) {
        return AccessCheck.permits(narrowed, selection())
                && (!(sink instanceof SubscriptionSink ofSession) || ofSession.isWithin(narrowed));
    }

    /// Replaces its grant by one that also permits the selection.
    void setGrant(Grant renewed) {
        grant = renewed;
    }

    @Override
    void dismiss(EndReason.Dismissal reason) {
        if (isOver()) return;
        if (startResolver != null) {
            startResolver.refuse(new Rejection.Dismissed(reason));
            return;
        }
        end(reason);
        if (session == null) cutAfter(LAST_FRAME_MS, reason);
    }

    @Override
    Grant firstToExpire() {
        return grant;
    }

    @Override
    void expire(long agoMs) {
        loop.dismiss(this, new EndReason.Expired());
    }

    @Override
    void age(long overMs) {
        if (isOver()) return;
        EndReason.Aged reason = new EndReason.Aged(AGED_RETRY_MS);
        end(reason);
        cutAfter(LAST_FRAME_MS, reason);
    }

    @Override
    @Nullable
    Sink sink() {
        return sink;
    }

    @Override
    void detach() {
        if (startResolver != null) startResolver.close();
        startResolver = null;
        loop.leave(subscription.selection(), this);
        setBehind(false);
        controlFrames = null;
        position.abandonRead();
    }

    @Override
    void release() {
        sink = null;
        if (idleTimer != null) idleTimer.cancel();
    }

    @Override
    @Nullable
    ClosedStream ended(EndReason reason) {
        if (session != null && session.isOver()) return null;
        int patterns = subscription.selection().weight();
        return new ClosedStream(kind(), transport(), reason, position.cursor(), patterns);
    }

    @Override
    StreamKind kind() {
        return session == null ? StreamKind.SUBSCRIBER : StreamKind.SUBSCRIPTION;
    }

    @Override
    String transport() {
        return wire.transport();
    }

    /// The stream that operators see: this subscriber, or the session that it belongs to.
    StreamReader stream() {
        return session == null ? this : session;
    }

    boolean isStarted() {
        return sink != null;
    }

    /// The place up to which its client has everything. For a caught-up subscriber it moves with the log,
    /// although the cursor moves only in its next turn.
    Cursor reached() {
        boolean isAtHead = isCaughtUp() && position.isBetweenEvents();
        return isAtHead ? Cursor.later(position.cursor(), loop.followed()) : position.cursor();
    }

    /// A subscription of a session is not a separate stream.
    @Override
    long id() {
        return session == null ? super.id() : 0;
    }

    @Override
    boolean reads(ChannelName channel) {
        return selection().matches(channel);
    }

    @Override
    StreamBacklog backlog() {
        return isBehind ? new StreamBacklog(lag(), loop.nowMs() - behindSinceMs) : StreamBacklog.NONE;
    }

    @Override
    StreamStatus status() {
        return status(selection().patterns(), selection().patterns().size(), cursor());
    }

    @Override
    void ready(Dispatcher on) {
        if (session == null) on.ready(this);
        else if (sink != null) session.ready(this);
    }

    @Override
    boolean turn() {
        Sink target = sink;
        if (session != null) isBlocked = false; // A session gives turns only while its connection accepts bytes.
        if (isEnded() || isBlocked || target == null) return false;
        // A caught-up subscriber without pending changes has received everything up to the position this loop
        // has followed.
        if (!isBehind && !hasChanges) position.moveTo(Cursor.later(position.cursor(), loop.followed()));
        return isEventsOnly() ? sendShared(target, loop.sharedBatch(position, subscription, wire)) : sendOwn(target);
    }

    /// Whether the next batch consists of events only and starts at an event boundary: such a batch can be
    /// shared.
    private boolean isEventsOnly() {
        return position.isBetweenEvents()
                && controlFrames == null
                && !isHeartbeatDue
                && state() == State.OPEN
                && wire.prefix().length == 0;
    }

    private boolean sendShared(Sink target, SharedBatch shared) {
        if (shared.isFilled()) {
            if (shared.isCaughtUp()) hasChanges = false;
        } else {
            isUnshareable = false;
            boolean hasMore = gather(shared.batch());
            if (isEnded()) return false;
            if (!isUnshareable && isEventsOnly() && !position.isAwaiting()) shared.fill(hasMore, !hasChanges);
            else return send(target, shared.batch(), hasMore);
        }
        return send(target, shared.batch(), shared.hasMore());
    }

    private boolean sendOwn(Sink target) {
        WriteBatch batch = loop.batch();
        boolean hasMore = gather(batch);
        return !isEnded() && send(target, batch, hasMore);
    }

    /// @param hasMore true if there may be more to read than the batch holds
    /// @return true if there may be more and the sink accepts it
    private boolean send(Sink target, WriteBatch batch, boolean hasMore) {
        isBlocked = batch.size() > 0; // Set first: the sink may become writable before the write returns.
        int accepted = isBlocked ? target.write(batch.bytes()) : 0;
        if (isEnded()) return false; // The write found the connection closed.
        loop.recordWrite(accepted, batch.eventCount() > 0);
        countBytes(accepted);
        Tracer.Running traces = loop.tracing();
        Cursor before = traces == null ? null : cursor();
        boolean isBetweenMessages = advance(batch, accepted);
        if (traces != null && before != null) traces.delivered(batch, before, cursor(), this, subscription.coalesce());
        target.afterWrite(isBetweenMessages);
        if (isEnded()) return false; // Its session ended.
        boolean isAllWritten = accepted == batch.size();
        if (isAllWritten) isBlocked = false;
        if (!isAllWritten) loop.metrics().count(LoopCount.PAUSES);
        EndReason reason = endReason();
        if (reason != null && controlFrames == null && position.isBetweenEvents()) {
            quit(reason);
            target.end(true); // The client may not have received it yet: the timer keeps running.
            return false;
        }
        setBehind(!isAllWritten || hasMore || position.isAwaiting());
        return hasMore && !isBlocked;
    }

    /// Fills the batch: the rest of a partly sent event, then control frames, then events. Gaps and channel ends
    /// are handled only when the batch is empty. They become control frames; the cursor advances at once because
    /// control frames are never withdrawn.
    ///
    /// @return true if there may be more to read than the batch holds
    private boolean gather(WriteBatch batch) {
        Cursor at = position.cursor();
        PartialWrite unfinished = position.partial();
        if (unfinished != null) {
            switch (position.addRest(batch, unfinished, this::onRead)) {
                case COMPLETE -> at = unfinished.id();
                case INCOMPLETE -> {
                    return true;
                }
                case PENDING -> {
                    return false;
                }
                case GONE -> {
                    cut(new EndReason.Torn());
                    return false;
                }
            }
        }
        if (isHeartbeatDue && !isOver()) enqueueHeartbeat(at); // None after the last frame.
        if (controlFrames != null && !controlFrames.addTo(batch, at)) return true;
        return isOver() || (session != null && session.isOver()) || addEvents(batch, at);
    }

    private boolean addEvents(WriteBatch batch, Cursor from) {
        if (!isBehind && !hasChanges && !from.isBefore(loop.followed())) return false; // Only frames were due.
        Cursor at = from;
        for (int reads = 0; reads < READS_MAX && !batch.isFull(); reads++) {
            switch (position.next(at)) {
                case Read.Batch(List<Entry> entries, Cursor next) -> {
                    if (batch.isEmpty() && applyOverflow(entries, at)) return true;
                    if (!addEntries(batch, entries)) return true;
                    at = next;
                    batch.addMove(at);
                    if (!at.isBefore(loop.followed())) { // Later entries belong to the next round.
                        hasChanges = false;
                        return false;
                    }
                }
                case Read.Missing missing -> {
                    if (batch.isEmpty()) handleGap(missing);
                    return true;
                }
                case Read.CaughtUp(Cursor head) -> {
                    hasChanges = false;
                    batch.addMove(head);
                    return false;
                }
                case Read.Pending pending -> {
                    position.await(at, pending, this::onRead);
                    return false;
                }
            }
        }
        return true;
    }

    /// @return true if all entries fitted into the batch
    private boolean addEntries(WriteBatch batch, List<Entry> found) {
        List<Entry> entries = subscription.coalesce() ? Coalescing.join(found, null) : found;
        for (int i = 0; i < entries.size(); i++) { // Without an iterator for each read.
            switch (entries.get(i)) {
                case Event event -> {
                    if (!batch.addEvent(event, wire.prefix(), loop.encoded(event, wire), 0)) return false;
                }
                case End end -> {
                    if (batch.isEmpty()) {
                        position.moveTo(end.id());
                        addFrame(wire.closed(end.channel(), end.id()));
                        endIfComplete();
                    }
                    return false;
                }
            }
        }
        return true;
    }

    private void endIfComplete() {
        if (StartResolver.hasEnded(loop.log(), subscription, position.cursor())) end(new EndReason.Complete());
    }

    private void handleGap(Read.Missing missing) {
        loop.metrics().count(LoopCount.GAPS);
        Gap gap = missing.gap();
        ReadCursor resume = missing.resume();
        byte[] frame = subscription.gapFails() ? null : wire.gap(gap);
        if (frame == null) {
            end(new EndReason.Missing(gap));
            return;
        }
        Cursor from = position.cursor();
        addFrame(frame);
        position.moveTo(resume);
        Tracer.Running traces = loop.tracing();
        if (traces != null && traces.follows(grant.principal()))
            traces.step(new TraceStep.Kind.Missed(gap.after(), gap.resume()), status());
        // A skip passes channel ends as well: report each of them, but without moving the cursor back to it.
        SortedMap<Cursor, ChannelName> ends = new TreeMap<>();
        for (ChannelName name : subscription.selection().names()) {
            Cursor end = loop.log().channel(name).end();
            if (end != null && from.isBefore(end) && !resume.cursor().isBefore(end)) ends.put(end, name);
        }
        ends.forEach((end, name) -> addFrame(wire.closed(name, end)));
        endIfComplete();
    }

    /// Applies the overflow policy of the channel that comes next.
    ///
    /// @return true if the policy moved the cursor or ended the subscriber
    private boolean applyOverflow(List<Entry> next, Cursor at) {
        if (!position.hasOverflowPolicy(next)) return false;
        isUnshareable = true;
        switch (position.checkOverflow(next, at)) {
            case LATER -> {
                return false;
            }
            case NEWEST_OF_KEY -> handleGap(position.skipToNewest());
            case NOW -> handleGap(position.skipToNow());
            case END -> end(new EndReason.TooFarBehind(at));
        }
        return true;
    }

    /// Continues after a pending read.
    private void onRead(boolean isRead) {
        EndReason.Reported failure = new EndReason.Unavailable("the log failed to read the next entries");
        if (isRead) ready(loop);
        else if (position.isBetweenEvents()) end(failure);
        else cut(failure); // The client has part of an event that cannot be completed.
    }

    /// Moves the cursor past what the sink accepted.
    ///
    /// @return true if the written bytes end between two messages
    private boolean advance(WriteBatch batch, int accepted) {
        boolean isOnlyEvents = position.isBetweenEvents() && controlFrames == null;
        if (accepted == batch.size() && isOnlyEvents && batch.isLastPieceComplete()) {
            if (!batch.isEmpty()) {
                position.moveTo(batch.endCursor());
                Event first = batch.event(0);
                if (first != null) loop.recordLatency(first, liveFrom);
            }
            loop.metrics().events += batch.eventCount();
            return true;
        }
        boolean isFirst = true;
        for (int piece = 0; piece < batch.pieces(); piece++) {
            int written = Math.min(batch.end(piece), accepted) - batch.start(piece);
            if (written < 0) return true;
            Event event = batch.event(piece);
            if (event != null) {
                if (!position.advance(event, batch.length(piece), written)) return position.isBetweenEvents();
                position.moveTo(batch.cursor(piece));
                loop.metrics().events++;
                if (isFirst) loop.recordLatency(event, liveFrom);
                isFirst = false;
            } else if (batch.isControlFrame(piece)) {
                boolean isBetweenFrames = controlFrames == null || controlFrames.remove(written);
                if (written < batch.length(piece)) return isBetweenFrames;
                if (controlFrames != null && controlFrames.isEmpty()) controlFrames = null;
            } else {
                position.moveTo(batch.cursor(piece));
            }
        }
        return position.isBetweenEvents(); // Not if the rest of an event is still being read from disk.
    }

    private void enqueueHeartbeat(Cursor at) {
        isHeartbeatDue = false;
        Lag lag = isBehind ? position.lag(at) : Lag.NONE;
        byte[] frame = wire.heartbeat(at, lag);
        if (frame == null) return;
        addFrame(frame);
        if (sink != null) sink.onHeartbeat();
    }

    /// Whether everything was written that the log had when this loop last followed it.
    boolean isCaughtUp() {
        return (state() == State.OPEN || state() == State.ENDING)
                && !isBehind
                && !hasChanges
                && !isBlocked
                && position.isBetweenEvents()
                && controlFrames == null;
    }

    /// When it fell behind, by the loop's clock. Only for a subscriber that is behind.
    long behindSinceMs() {
        return behindSinceMs;
    }

    Lag lag() {
        return position.lag(position.cursor());
    }

    private void setBehind(boolean isNowBehind) {
        if (isNowBehind == isBehind) return;
        isBehind = isNowBehind;
        if (isNowBehind) behindSinceMs = loop.nowMs();
        loop.backlog().set(this, isNowBehind);
        if (session != null) session.setBehind(this, isNowBehind);
    }
}
