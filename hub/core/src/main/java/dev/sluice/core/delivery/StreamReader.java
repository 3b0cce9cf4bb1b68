package dev.sluice.core.delivery;

import dev.sluice.core.access.Grant;
import dev.sluice.core.channel.Pattern;
import dev.sluice.core.cursor.Cursor;
import dev.sluice.core.delivery.operator.StreamStatus;
import dev.sluice.core.delivery.schedule.TimerWheel;
import dev.sluice.core.delivery.stream.ClosedStream;
import dev.sluice.core.delivery.stream.EndReason;
import dev.sluice.core.delivery.stream.Sink;
import dev.sluice.core.delivery.stream.StreamKind;
import dev.sluice.core.delivery.stream.StreamListener;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A reader whose client receives events until one side ends the stream. Holds the states that subscribers and
/// sessions have in common, and ends each stream once.
///
/// ```
/// OPENING ──► OPEN ──► ENDING ──► ENDED
///    └──────────┴─────────────────► ▲
/// ```
public abstract sealed class StreamReader extends Reader implements StreamListener permits Subscriber, Session {
    /// How long a client may take, once its grant has ended, to accept the rest of an event and the last frame.
    static final long LAST_FRAME_MS = 15_000;

    /// The delay after which the client of a stream that is too old should reconnect. It can be short, because
    /// streams end at different times.
    static final long AGED_RETRY_MS = 250;

    /// The greatest age of a stream whose age is not limited.
    public static final long AGELESS = Long.MAX_VALUE;

    enum State {
        /// Its start is being resolved: it writes nothing, and its end is not reported as that of a stream.
        OPENING,
        OPEN,
        /// The end is decided: only the rest of a partly sent event, queued frames and the final frame are left
        /// to write.
        ENDING,
        ENDED
    }

    final Dispatcher loop;

    /// Whether the sink did not accept all bytes and has not become writable since.
    boolean isBlocked;

    boolean isHeartbeatDue;
    private long id;
    private long bytes;
    private State state;
    private @Nullable EndReason endReason;

    StreamReader(Dispatcher loop, State state) {
        this.loop = loop;
        this.state = state;
    }

    final State state() {
        return state;
    }

    /// The reason that was decided first for its end; null while no end is decided.
    final @Nullable EndReason endReason() {
        return endReason;
    }

    @Override
    public final boolean isOver() {
        return state == State.ENDING || state == State.ENDED;
    }

    final boolean isEnded() {
        return state == State.ENDED;
    }

    final void opened() {
        state = State.OPEN;
        id = loop.opened(kind(), transport());
    }

    /// Decides the end; the final frame is queued already.
    final void ending(EndReason reason) {
        state = State.ENDING;
        endReason = reason;
    }

    /// Ends it now and reports it, unless it has not started.
    final void quit(EndReason reason) {
        if (state == State.ENDED) return;
        if (endReason == null) endReason = reason;
        boolean wasOpen = state != State.OPENING;
        ClosedStream ended = wasOpen ? ended(endReason) : null;
        StreamStatus last = ended == null ? null : status();
        state = State.ENDED;
        if (wasOpen) loop.closed(kind(), transport());
        detach();
        if (ended != null && last != null) loop.ended(ended, last);
    }

    /// Cuts the connection later, unless its client has accepted everything by then.
    final void cutAfter(long ms, EndReason reason) {
        loop.at(loop.nowMs() + ms, _ -> {
            if (!isEnded()) cut(reason);
            return TimerWheel.NEVER;
        });
    }

    /// Ends it and closes the connection at once.
    final void cut(EndReason reason) {
        Sink target = sink();
        quit(reason);
        release();
        if (target != null) target.end(false);
    }

    /// The connection is closed, or its client is gone.
    @Override
    public void close() {
        quit(new EndReason.Disconnected());
        release();
    }

    @Override
    final void onFailure() {
        cut(new EndReason.Failed());
    }

    /// The destination; null if the reader has not started, or if nothing more is written.
    abstract @Nullable Sink sink();

    /// The grant that expires first; [IdleTimer] checks the grants at that time.
    abstract Grant firstToExpire();

    /// Ends everything whose grant expired at least `agoMs` ago.
    abstract void expire(long agoMs);

    /// Ends it because of its age, unless it may become older or is ending already.
    ///
    /// @param overMs how long ago it reached its greatest age
    abstract void age(long overMs);

    /// Stops reading and writing. Called once.
    abstract void detach();

    /// Releases the sink, to which nothing more is written.
    void release() {}

    abstract StreamKind kind();

    @Override
    long id() {
        return isEnded() ? 0 : id;
    }

    @Override
    final String agent() {
        Sink target = sink();
        return target == null ? "" : target.agent();
    }

    final void countBytes(int accepted) {
        bytes += accepted;
    }

    @Override
    final long bytes() {
        return bytes;
    }

    /// The status of its stream.
    ///
    /// @param patterns the channels and patterns that it has
    final StreamStatus status(List<Pattern> patterns, int count, @Nullable Cursor at) {
        return status(id, kind(), patterns, count, at);
    }

    /// The end to report; null if the end of its session includes it.
    abstract @Nullable ClosedStream ended(EndReason reason);
}
