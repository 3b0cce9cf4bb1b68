package dev.sluice.core.delivery;

import dev.sluice.core.access.Grant;
import dev.sluice.core.cursor.Cursor;
import dev.sluice.core.delivery.stream.EndReason;
import dev.sluice.core.delivery.stream.Rejection;
import dev.sluice.core.delivery.stream.Sink;
import dev.sluice.core.delivery.stream.SubscriptionSpec;
import dev.sluice.core.delivery.stream.Wire;
import dev.sluice.core.log.Gap;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/// One subscription of a session, and the sink of its subscriber: writes to the connection that the session shares.
/// Runs only on the connection's event loop.
final class SubscriptionSink implements Sink, SubscribeListener {
    private final Session session;
    private final String name;
    private final Session.SubscribeReplies replies;
    private final int patterns;
    private @Nullable Subscriber subscriber;
    private boolean isStarted;
    private boolean isUnsubscribed;
    private boolean isWriteShort;

    SubscriptionSink(Session session, String name, Session.SubscribeReplies replies, int patterns) {
        this.session = session;
        this.name = name;
        this.replies = replies;
        this.patterns = patterns;
    }

    void open(Dispatcher loop, Grant grant, SubscriptionSpec spec, Wire wire) {
        subscriber = Subscriber.open(loop, session, grant, spec, wire, this);
    }

    /// The grant that permits its selection; null while it is not open, or once its end is decided.
    @Nullable
    Grant grant() {
        return subscriber == null || subscriber.isOver() ? null : subscriber.grant();
    }

    /// Continues with the renewed grant of the session, or ends if that grant does not permit the selection.
    void refresh(Grant old, Grant renewed) {
        if (subscriber != null && subscriber.grant() == old) refresh(renewed);
    }

    /// Continues with a renewed grant, or ends if that grant does not permit the selection.
    void refresh(Grant renewed) {
        if (subscriber == null || subscriber.isOver()) return;
        if (AccessCheck.permits(renewed, subscriber.selection()) && isWithin(renewed)) {
            subscriber.setGrant(renewed);
        } else dismiss(new EndReason.Revoked());
    }

    /// Returns true if a grant permits everything that the subscription does apart from reading.
    boolean isWithin(Grant grant) {
        return replies.permits(grant);
    }

    void dismiss(EndReason.Dismissal reason) {
        if (subscriber != null) subscriber.loop.dismiss(subscriber, reason);
    }

    String name() {
        return name;
    }

    @Override
    public String agent() {
        return session.agent();
    }

    /// Its weight in the session.
    int patterns() {
        return patterns;
    }

    /// Its subscriber; null if it has not started.
    @Nullable
    Subscriber started() {
        return isStarted ? subscriber : null;
    }

    /// Ends it at the request of its client.
    ///
    /// @return false if it has not started, or was unsubscribed before: otherwise a client could queue any
    ///         number of end frames
    boolean unsubscribe() {
        if (subscriber == null || !isStarted || isUnsubscribed) return false;
        isUnsubscribed = true;
        subscriber.unsubscribe();
        return true;
    }

    void close() {
        leave();
        if (subscriber != null) subscriber.close();
    }

    private void leave() {
        if (session.remove(this)) replies.onEnd();
    }

    @Override
    public void begins(Subscriber opened, Cursor at, @Nullable Gap gap) {
        subscriber = opened;
        isStarted = true;
        opened.start(this, replies.begins(at, gap));
    }

    @Override
    public void ended(Cursor at) {
        endWith(replies.ended(at));
    }

    @Override
    public void refused(Rejection refusal) {
        endWith(replies.refused(refusal));
    }

    private void endWith(byte[] finalFrame) {
        leave();
        session.enqueue(finalFrame);
    }

    @Override
    public int write(ByteBuffer bytes) {
        int accepted = session.write(bytes);
        isWriteShort = bytes.hasRemaining();
        return accepted;
    }

    @Override
    public void afterWrite(boolean isBetweenMessages) {
        if (session.isEnded()) return;
        session.afterWrite(this, isBetweenMessages);
        if (session.isOver() && isBetweenMessages) close();
        else if (isWriteShort && isBetweenMessages && subscriber != null) session.ready(subscriber);
        isWriteShort = false;
    }

    @Override
    public long progress() {
        return NOTHING_PENDING; // The session watches the connection.
    }

    @Override
    public void end(boolean isComplete) {
        leave();
        if (session.isEnded() || isComplete) return;
        EndReason reason = subscriber == null ? null : subscriber.endReason();
        // A partly sent message cannot be completed.
        if (session.isUnfinished(this) && reason != null) session.cut(reason);
        else session.enqueue(replies.refused(new Rejection.Unavailable("the subscription failed")));
    }
}
