package dev.sluice.core.delivery;

import dev.sluice.core.access.Grant;
import dev.sluice.core.access.Principal;
import dev.sluice.core.channel.ChannelName;
import dev.sluice.core.channel.Pattern;
import dev.sluice.core.cursor.Cursor;
import dev.sluice.core.delivery.operator.StreamStatus;
import dev.sluice.core.delivery.operator.TraceStep;
import dev.sluice.core.delivery.schedule.ControlQueue;
import dev.sluice.core.delivery.stream.ClosedStream;
import dev.sluice.core.delivery.stream.EndReason;
import dev.sluice.core.delivery.stream.Rejection;
import dev.sluice.core.delivery.stream.Sink;
import dev.sluice.core.delivery.stream.StreamBacklog;
import dev.sluice.core.delivery.stream.StreamKind;
import dev.sluice.core.delivery.stream.StreamListener;
import dev.sluice.core.delivery.stream.SubscriptionSpec;
import dev.sluice.core.delivery.stream.Wire;
import dev.sluice.core.delivery.stream.WriteBatch;
import dev.sluice.core.log.Gap;
import dev.sluice.core.log.Lag;
import dev.sluice.core.metrics.LoopCount;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// Many subscribers on one connection. Each has its own cursor; they share the connection's turn, one after the
/// other, so that a session with ten thousand subscriptions uses no more of the event loop at a time than any
/// other connection. While a message of one subscription is partly sent, only that subscription may write.
/// Control frames of the session itself go out between two messages, before anything else. Runs only on its
/// connection's event loop.
public final class Session extends StreamReader {
    /// The protocol of the session: it formats heartbeats and is notified of progress and close.
    public interface Callbacks {
        /// Formats a heartbeat: all subscriptions except those in `behind` have received everything up to `at`.
        ///
        /// @param behind the lag of the other subscriptions, by name
        byte[] heartbeat(Cursor at, Map<String, Lag> behind);

        /// Called after control frames of the session were written.
        default void onWritten() {}

        /// The server is stopping: ends the session with a final frame.
        ///
        /// @param retryAfterMs when the client should come back; 0 if the client may choose
        default void stopping(long retryAfterMs) {}

        /// Called when the session has reached its greatest age. Ends it with a final frame, unless it may
        /// become older; then this is called again several times a minute until the session ends.
        ///
        /// @param overMs how long ago it reached that age
        default void age(EndReason.Aged reason, long overMs) {}

        /// Formats the end of the session because its grant has ended.
        byte[] end(EndReason.Dismissal reason);

        /// Called once when the connection is closed.
        void closed();

        /// The name of the transport, for the operator.
        String transport();
    }

    /// Formats the replies to one subscribe request.
    public interface SubscribeReplies {
        /// @param gap the gap before the start; null if there is none
        byte[] begins(Cursor at, @Nullable Gap gap);

        /// All channels have ended: the subscription ends.
        byte[] ended(Cursor at);

        /// The subscription ends, because it was refused, for now or for good, or failed.
        byte[] refused(Rejection refusal);

        /// Called when the subscription has ended, for whatever reason.
        default void onEnd() {}

        /// Returns true if a renewed grant permits everything that the subscription does apart from reading.
        default boolean permits(Grant renewed) {
            return true;
        }
    }

    /// [Steps][Dispatcher#steps] per turn: enough for sixteen subscribers with one event each. The last
    /// subscriber may exceed it by one turn. A turn also ends after [WriteBatch#BYTES] written, which
    /// may be exceeded in the same way.
    static final int STEPS_MAX = 32;

    /// The maximum number of subscriptions examined for one operator's query: a session may have ten thousand.
    private static final int LOOKS_MAX = 64;

    private final Callbacks callbacks;
    private Grant grant;

    /// The grant that expires first, of the session's own and those of its subscriptions; may belong to a
    /// subscription that has ended.
    private Grant firstToExpire;

    private final Sink sink;
    private final IdleTimer idleTimer;
    private final Map<String, SubscriptionSink> subscriptions = new HashMap<>();
    private final ControlQueue controlFrames = new ControlQueue();

    /// Subscribers that are ready to write, in the order of their turns.
    private final ArrayDeque<Subscriber> readySubscribers = new ArrayDeque<>();

    /// Its subscribers that are behind; almost always empty.
    private Set<Subscriber> behind = Set.of();

    /// The subscription with a partly sent message; null while the connection is between two messages.
    private @Nullable SubscriptionSink unfinished;

    /// Weight of all subscriptions: the sum of [dev.sluice.core.channel.Selection#weight].
    private int patterns;

    /// Call it on the dispatcher's loop, when the connection is open.
    ///
    /// @param grant       the grant of the client that opened it; the session ends with it
    /// @param sinkFactory creates the sink, which notifies this session
    /// @param ageMaxMs    the age at which [Callbacks] are first asked to end it, shortened at random by up to a
    ///                    fifth; [#AGELESS] if it is not limited
    public Session(
            Dispatcher loop,
            Grant grant,
            Callbacks callbacks,
            Function<StreamListener, Sink> sinkFactory,
            long heartbeatMs,
            long ageMaxMs) {
        super(loop, State.OPENING);
        this.callbacks = callbacks;
        this.grant = grant;
        this.firstToExpire = grant;
        this.sink = sinkFactory.apply(this);
        this.idleTimer = new IdleTimer(this, heartbeatMs, ageMaxMs);
        loop.add(idleTimer);
        loop.join(this);
        opened();
        Tracer.Running traces = loop.tracing();
        if (traces != null && traces.follows(grant.principal())) traces.step(new TraceStep.Kind.Opened(null), status());
    }

    /// The permissions of its client, apart from subscriptions with a separate grant.
    @Override
    public Grant grant() {
        return grant;
    }

    /// A session itself needs no permission; each of its subscriptions is a reader.
    @Override
    boolean isWithin(Grant narrowed) {
        return true;
    }

    /// Whether a subscription of this name exists, started or not.
    public boolean has(String name) {
        return subscriptions.containsKey(name);
    }

    public int subscriptions() {
        return subscriptions.size();
    }

    /// The total weight of the channels and patterns of all subscriptions.
    public int patterns() {
        return patterns;
    }

    /// Replaces the grant by a renewed one. Subscriptions whose selection it does not permit end; the others
    /// continue with it. Subscriptions with a separate grant keep that grant.
    ///
    /// @throws IllegalArgumentException if the renewed grant [belongs to another caller][#mayBecome]
    public void refresh(Grant renewed) {
        if (!mayBecome(renewed.principal()))
            throw new IllegalArgumentException("the renewed grant of a session must be of the same principal");
        Grant old = grant;
        grant = renewed;
        for (SubscriptionSink subscription : List.copyOf(subscriptions.values())) subscription.refresh(old, renewed);
        findFirstToExpire();
    }

    /// Sets or replaces the separate grant of one subscription. The subscription ends if the grant does not
    /// permit the selection.
    ///
    /// @return false if there is no subscription of this name
    public boolean refresh(String name, Grant renewed) {
        SubscriptionSink subscription = subscriptions.get(name);
        if (subscription == null) return false;
        subscription.refresh(renewed);
        findFirstToExpire();
        return true;
    }

    /// The grant of a subscription; null if none of this name is open.
    public @Nullable Grant grantOf(String name) {
        SubscriptionSink subscription = subscriptions.get(name);
        return subscription == null ? null : subscription.grant();
    }

    /// Returns true if the grant may be replaced by one of this principal: the same principal, or any principal
    /// while an anonymous session has no subscriptions.
    public boolean mayBecome(Principal principal) {
        return principal.isSameAs(grant.principal()) || (grant.principal().isAnonymous() && subscriptions.isEmpty());
    }

    /// Adds a subscription.
    ///
    /// @param permits the session's grant, or another one for this subscription alone
    /// @param name    unique in this session
    /// @param wire    must have a [prefix][Wire#prefix] that is not empty
    /// @param replies formats the reply that precedes its first event
    /// @throws dev.sluice.core.access.AccessDeniedException unless the grant permits the whole selection
    public void subscribe(Grant permits, String name, SubscriptionSpec spec, Wire wire, SubscribeReplies replies) {
        AccessCheck.subscribe(permits, spec.selection());
        addToExpiry(permits);
        SubscriptionSink subscription =
                new SubscriptionSink(this, name, replies, spec.selection().weight());
        subscriptions.put(name, subscription);
        patterns += subscription.patterns();
        subscription.open(loop.of(spec.selection()), permits, spec, wire);
    }

    /// Ends a subscription: a partly sent event is completed, then its wire's end frame follows.
    ///
    /// @return false if no such frame follows: no subscription of this name has started, or it was
    ///         unsubscribed before
    public boolean unsubscribe(String name) {
        SubscriptionSink subscription = subscriptions.get(name);
        if (subscription == null) return false;
        if (subscription.started() == null) subscription.close();
        return subscription.unsubscribe();
    }

    /// Queues a control frame of the session; it is written between two messages.
    public void enqueue(byte[] message) {
        if (isOver()) return;
        controlFrames.add(message);
        loop.ready(this);
    }

    /// The number of control frames queued.
    public int queuedFrames() {
        return controlFrames.size();
    }

    /// Ends the session with a final frame: a partly sent message is completed first, no other is started.
    public void end(EndReason.Reported reason, byte[] finalFrame) {
        if (isOver()) return;
        controlFrames.add(finalFrame);
        ending(reason);
        for (SubscriptionSink subscription : List.copyOf(subscriptions.values()))
            if (subscription != unfinished) subscription.close();
        loop.ready(this);
    }

    @Override
    public void writable() {
        isBlocked = false;
        loop.ready(this);
    }

    @Override
    public void stopping() {
        callbacks.stopping(0);
    }

    @Override
    Sink sink() {
        return sink;
    }

    @Override
    void dismiss(EndReason.Dismissal reason) {
        if (isOver()) return;
        end(reason, callbacks.end(reason));
        cutAfter(LAST_FRAME_MS, reason);
    }

    @Override
    Grant firstToExpire() {
        return firstToExpire;
    }

    @Override
    void age(long overMs) {
        if (isOver()) return;
        EndReason.Aged reason = new EndReason.Aged(AGED_RETRY_MS);
        callbacks.age(reason, overMs);
        if (isOver()) cutAfter(LAST_FRAME_MS, reason);
    }

    private void findFirstToExpire() {
        firstToExpire = grant;
        for (SubscriptionSink subscription : subscriptions.values()) {
            Grant permits = subscription.grant();
            if (permits != null) addToExpiry(permits);
        }
    }

    private void addToExpiry(Grant permits) {
        if (permits.timeLeftMs() < firstToExpire.timeLeftMs()) firstToExpire = permits;
    }

    @Override
    void expire(long agoMs) {
        if (hasExpired(grant, agoMs)) {
            loop.dismiss(this, new EndReason.Expired());
            return;
        }
        for (SubscriptionSink subscription : List.copyOf(subscriptions.values())) {
            Grant permits = subscription.grant();
            if (permits != null && hasExpired(permits, agoMs)) subscription.dismiss(new EndReason.Expired());
        }
        findFirstToExpire();
    }

    private static boolean hasExpired(Grant grant, long agoMs) {
        return grant.timeLeftMs() <= -agoMs;
    }

    @Override
    void detach() {
        loop.leave(this);
        controlFrames.clear();
        readySubscribers.clear();
        for (SubscriptionSink subscription : List.copyOf(subscriptions.values())) subscription.close();
        callbacks.closed();
    }

    /// Until then the timer runs: the client may not have received the final frame yet.
    @Override
    void release() {
        idleTimer.cancel();
    }

    @Override
    StreamKind kind() {
        return StreamKind.SESSION;
    }

    @Override
    String transport() {
        return callbacks.transport();
    }

    @Override
    boolean reads(ChannelName channel) {
        int looks = 0;
        for (SubscriptionSink each : subscriptions.values()) {
            Subscriber subscriber = each.started();
            if (subscriber != null && subscriber.reads(channel)) return true;
            if (++looks == LOOKS_MAX) return false;
        }
        return false;
    }

    /// Called when one of its subscribers falls behind or catches up.
    void setBehind(Subscriber subscriber, boolean isBehind) {
        if (isBehind && behind.isEmpty()) behind = new HashSet<>();
        if (isBehind) behind.add(subscriber);
        else behind.remove(subscriber);
        if (behind.isEmpty()) behind = Set.of();
    }

    /// The largest lag and the longest time of its subscribers that are behind; at most [#LOOKS_MAX] of them are
    /// examined.
    @Override
    StreamBacklog backlog() {
        StreamBacklog most = StreamBacklog.NONE;
        int looks = 0;
        for (Subscriber each : behind) {
            most = most.or(each.backlog());
            if (++looks == LOOKS_MAX) break;
        }
        return most;
    }

    @Override
    StreamStatus status() {
        List<Pattern> shown = new ArrayList<>();
        for (SubscriptionSink each : subscriptions.values()) {
            Subscriber subscriber = each.started();
            if (subscriber != null) shown.addAll(subscriber.selection().patterns());
            if (shown.size() >= StreamStatus.PATTERNS_SHOWN) break;
        }
        return status(shown, patterns, null);
    }

    @Override
    ClosedStream ended(EndReason reason) {
        return new ClosedStream(kind(), transport(), reason, null, patterns);
    }

    /// Queues a subscriber for one of the session's next turns.
    void ready(Subscriber subscriber) {
        if (isEnded() || subscriber.isQueued) return;
        subscriber.isQueued = true;
        readySubscribers.add(subscriber);
        if (!isBlocked) loop.ready(this);
    }

    @Override
    boolean turn() {
        int stepsEnd = loop.steps() + STEPS_MAX;
        long bytesEnd = loop.written() + WriteBatch.BYTES;
        for (int i = 0; i < STEPS_MAX && loop.steps() < stepsEnd && loop.written() < bytesEnd; i++) {
            if (isEnded() || isBlocked || !step()) return false;
        }
        return true;
    }

    /// @return false if there is nothing to do now
    private boolean step() {
        EndReason reason = endReason();
        if (unfinished != null) {
            boolean more = giveTurn(unfinished.started());
            return more || unfinished == null; // Otherwise the rest of its message is still being read from disk.
        } else if (isHeartbeatDue && reason == null) {
            enqueueHeartbeat();
        } else if (!controlFrames.isEmpty()) {
            writeControlFrames();
        } else if (reason != null) {
            quit(reason);
            sink.end(true);
        } else {
            Subscriber next = readySubscribers.poll();
            if (next == null) return false;
            next.isQueued = false;
            giveTurn(next);
        }
        return true;
    }

    /// @return true if the subscriber has more to write and may continue at once
    private boolean giveTurn(@Nullable Subscriber subscriber) {
        if (subscriber == null || !loop.turn(subscriber)) return false;
        if (unfinished == null) ready(subscriber);
        return true;
    }

    private void writeControlFrames() {
        WriteBatch batch = loop.batch();
        controlFrames.addTo(batch, loop.followed());
        int accepted = write(batch.bytes());
        if (isEnded()) return; // The write found the connection closed.
        loop.recordWrite(accepted, false);
        if (isBlocked) loop.metrics().count(LoopCount.PAUSES);
        controlFrames.remove(accepted);
        callbacks.onWritten();
    }

    /// Removes a subscription that has ended.
    ///
    /// @return false if it was removed already
    boolean remove(SubscriptionSink subscription) {
        if (!subscriptions.remove(subscription.name(), subscription)) return false;
        patterns -= subscription.patterns();
        return true;
    }

    /// Called after each write of a subscription.
    void afterWrite(SubscriptionSink subscription, boolean isBetweenMessages) {
        unfinished = isBetweenMessages ? null : subscription;
    }

    /// Whether a message of this subscription is partly sent.
    boolean isUnfinished(SubscriptionSink subscription) {
        return unfinished == subscription;
    }

    int write(ByteBuffer bytes) {
        isBlocked = true; // Set first: the sink may become writable before the write returns.
        int accepted = sink.write(bytes);
        countBytes(accepted);
        if (!bytes.hasRemaining()) isBlocked = false;
        return accepted;
    }

    @Override
    void stop(long retryAfterMs) {
        if (!isOver()) callbacks.stopping(retryAfterMs);
    }

    private void enqueueHeartbeat() {
        isHeartbeatDue = false;
        Map<String, Lag> behind = new LinkedHashMap<>();
        for (SubscriptionSink subscription : subscriptions.values()) {
            Subscriber subscriber = subscription.started();
            // The heartbeat's cursor does not count in the log of the statistics.
            boolean isCovered = subscriber != null && subscriber.loop == loop && subscriber.isCaughtUp();
            if (subscriber != null && !isCovered) behind.put(subscription.name(), subscriber.lag());
        }
        controlFrames.add(callbacks.heartbeat(loop.followed(), behind));
        sink.onHeartbeat();
    }
}
