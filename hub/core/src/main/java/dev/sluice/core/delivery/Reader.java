package dev.sluice.core.delivery;

import dev.sluice.core.access.Credential;
import dev.sluice.core.access.Grant;
import dev.sluice.core.channel.ChannelName;
import dev.sluice.core.channel.Pattern;
import dev.sluice.core.cursor.Cursor;
import dev.sluice.core.delivery.operator.StreamFilter;
import dev.sluice.core.delivery.operator.StreamStatus;
import dev.sluice.core.delivery.stream.EndReason;
import dev.sluice.core.delivery.stream.StreamBacklog;
import dev.sluice.core.delivery.stream.StreamKind;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A subscriber, poll or session on an event loop that is notified when its channels grow. All calls are made
/// on that loop.
public abstract sealed class Reader extends ReaderSet.Membership permits StreamReader, Poll {
    /// Whether it is queued for a turn: a burst queues a reader once.
    boolean isQueued;

    /// Whether its channels may have grown since it last reached the head of the log.
    boolean hasChanges = true;

    /// Its entries in the sets of its channels and patterns, in their order. Null if it has one channel or
    /// pattern and is its own entry.
    ReaderSet.SetEntry @Nullable [] setEntries;

    /// The caller whose share [ReaderCount] counts this reader in; null if it counts for no caller.
    @Nullable
    Object caller;

    Reader() {}

    @Override
    final Reader reader() {
        return this;
    }

    @Override
    final boolean isFirst() {
        return true;
    }

    /// Requests a turn for this reader, or for the session whose connection it shares.
    void ready(Dispatcher loop) {
        loop.ready(this);
    }

    /// Reads and writes for a bounded time.
    ///
    /// @return true if it has more to do and may continue at once
    abstract boolean turn();

    /// Ends the stream or answers the poll, because the server is stopping.
    ///
    /// @param retryAfterMs when its client should come back; 0 if the client may choose
    abstract void stop(long retryAfterMs);

    /// The permissions of its client.
    abstract Grant grant();

    /// Returns true if a grant permits what this reader does.
    abstract boolean isWithin(Grant grant);

    /// Ends the stream or answers the poll: its grant has ended, or an operator ended it. Does nothing if it has
    /// ended already.
    abstract void dismiss(EndReason.Dismissal reason);

    /// See [StreamStatus#id]. 0 if the reader is not a separate stream, not a stream yet, or has ended.
    abstract long id();

    /// See [dev.sluice.core.delivery.stream.Wire#transport].
    abstract String transport();

    /// See [dev.sluice.core.delivery.stream.Sink#agent].
    abstract String agent();

    /// Whether it reads this channel.
    abstract boolean reads(ChannelName channel);

    /// How far it is behind.
    abstract StreamBacklog backlog();

    /// Bytes that its connection has accepted.
    abstract long bytes();

    /// Its current status. Only for a stream that is open or ending.
    abstract StreamStatus status();

    /// Its current status.
    ///
    /// @param channels the first of its channels and patterns
    /// @param patterns the total number of its channels and patterns
    final StreamStatus status(long id, StreamKind kind, List<Pattern> channels, int patterns, @Nullable Cursor at) {
        return new StreamStatus(
                id,
                kind,
                transport(),
                grant().principal(),
                grant().credential().map(Credential::keyId).orElse(""),
                agent(),
                List.copyOf(channels.subList(0, Math.min(channels.size(), StreamStatus.PATTERNS_SHOWN))),
                patterns,
                at,
                backlog(),
                bytes());
    }

    /// Returns true if this is a separate stream that matches an operator's filter.
    final boolean isMeantBy(StreamFilter filter) {
        if (id() == 0 || (filter.id() != null && filter.id() != id())) return false;
        return (filter.transport() == null || filter.transport().equals(transport()))
                && (filter.identity() == null
                        || filter.identity().equals(grant().principal().name()))
                && (filter.address() == null
                        || filter.address().equals(grant().principal().address()))
                && (filter.channel() == null || reads(filter.channel()));
    }

    /// Whether it has ended, or only its final frames are left to write.
    abstract boolean isOver();

    /// Closes the reader after an unexpected exception in its turn, so that its client does not wait forever.
    abstract void onFailure();
}
