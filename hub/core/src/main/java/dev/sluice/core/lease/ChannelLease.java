package dev.sluice.core.lease;

import dev.sluice.core.channel.ChannelName;
import dev.sluice.core.cursor.Cursor;
import java.time.Duration;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/// The lease of one channel, as this node knows it. The node that wrote the newest record is its owner: it accepts
/// renewals in memory, and writes another record only after a third of the duration. The other nodes wait for that
/// third, too, so they never end a lease that the owner has renewed.
///
/// May be used from any thread.
final class ChannelLease {
    /// How much later than the owner another node considers a lease expired, in addition to a third of its duration:
    /// the time that a record takes from one node to another.
    private static final long MARGIN_MS = 1_000;

    /// When a last will that the log did not accept is written again.
    private static final long RETRY_MS = 2_000;

    final ChannelName channel;
    final ChannelName record;

    /// The caller for which the lease counts; null if it counts for none.
    final @Nullable Object caller;

    private final boolean isShared;
    private long durationMs;

    /// The newest record that this node knows; null until it has written one, or taken over another node's.
    private @Nullable Cursor written;

    private boolean isOwner = true;
    private long writtenMs;
    private volatile long renewedMs;
    private int publishing;
    private int holding;
    private boolean isExpiring;
    private boolean isOver;
    private long retryMs;

    /// When the timer of this lease runs out. Only for the thread of the timers.
    long timerMs;

    /// @param isShared whether several nodes keep the log
    ChannelLease(ChannelName channel, ChannelName record, @Nullable Object caller, long durationMs, boolean isShared) {
        this.channel = channel;
        this.record = record;
        this.caller = caller;
        this.durationMs = durationMs;
        this.isShared = isShared;
    }

    /// How a publish that renews the lease begins.
    enum Begin {
        /// The event alone renews the lease.
        RECORDED,
        /// The log has to take another record together with the event.
        UNRECORDED,
        /// The lease is over.
        OVER
    }

    /// Begins a publish that renews the lease: it does not expire until [#published], unless the last will is on its
    /// way already. In that case the record decides which of the two the log accepts.
    synchronized Begin publish(Duration duration, long nowMs) {
        if (isOver) return Begin.OVER;
        publishing++;
        boolean isRecorded = isOwner
                && !isExpiring
                && written != null
                && durationMs == duration.toMillis()
                && !(isShared && nowMs - writtenMs >= durationMs / 3);
        return isRecorded ? Begin.RECORDED : Begin.UNRECORDED;
    }

    /// Ends a publish that renews the lease, unless the log has refused it.
    ///
    /// @return true if there is no record, and none is being written
    synchronized boolean published(boolean isRefused, long nowMs) {
        publishing--;
        if (!isRefused) renewedMs = nowMs;
        return publishing == 0 && written == null;
    }

    /// Begins to hold the lease: it does not expire until [#release], unless the last will is on its way already.
    synchronized void hold() {
        holding++;
    }

    /// Ends a [#hold], and renews the lease in memory.
    synchronized void release(long nowMs) {
        holding--;
        renewedMs = nowMs;
    }

    /// Renews the lease in memory. Without effect if it has expired, or on a node that is not its owner.
    ///
    /// @return true if another record should be written soon
    boolean renew(long nowMs) {
        renewedMs = nowMs;
        return isShared && isStale(nowMs);
    }

    private synchronized boolean isStale(long nowMs) {
        return !isOver && publishing == 0 && (!isOwner || nowMs - writtenMs >= durationMs / 3);
    }

    /// Takes over a record from the log.
    ///
    /// @param isOwn whether this node wrote it
    /// @return false if the lease is over
    synchronized boolean record(Cursor id, Duration duration, boolean isOwn, long nowMs) {
        if (isOver) return false;
        if (written != null && id.isBefore(written)) return true;
        if (id.equals(written)) {
            isOwner |= isOwn;
            return true;
        }
        written = id;
        durationMs = duration.toMillis();
        isOwner = isOwn;
        writtenMs = nowMs;
        renewedMs = nowMs;
        isExpiring = false;
        return true;
    }

    /// When the lease expires if nobody renews it.
    synchronized long dueMs() {
        long dueMs = isOwner ? renewedMs + durationMs : writtenMs + durationMs + durationMs / 3 + MARGIN_MS;
        return Math.max(dueMs, retryMs);
    }

    /// When to look at the lease again; empty if it has expired now, so that the last will is to be written.
    synchronized OptionalLong expire(long nowMs) {
        if (publishing > 0 || holding > 0 || isExpiring) return OptionalLong.of(nowMs + RETRY_MS);
        long dueMs = dueMs();
        if (dueMs > nowMs) return OptionalLong.of(dueMs);
        isExpiring = true;
        return OptionalLong.empty();
    }

    /// Whether the lease has expired and has not been renewed by a record since.
    synchronized boolean isExpiring() {
        return isExpiring;
    }

    synchronized @Nullable Cursor written() {
        return written;
    }

    /// The log did not accept the last will.
    ///
    /// @param newest the newest record if only this node writes records: it wrote this one without learning the
    ///               outcome; else null
    synchronized void retry(@Nullable Cursor newest, long nowMs) {
        isExpiring = false;
        if (newest != null) written = newest;
        retryMs = nowMs + RETRY_MS;
    }

    synchronized void end() {
        isOver = true;
    }

    synchronized boolean isOver() {
        return isOver;
    }
}
