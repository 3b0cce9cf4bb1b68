package dev.sluice.core.presence;

import dev.sluice.core.channel.ChannelName;
import dev.sluice.core.cursor.Cursor;
import dev.sluice.core.log.AppendResult;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/// The members that this server holds, as the log records them. A client is a member of a channel as long as at
/// least one server holds it: the first hold places its event, the last release ends its key.
///
/// A log that only this server writes has no record of holds: its members are those that this server holds.
/// Called only by presence's owner.
public interface MemberLeases {
    /// Begins with the members that an earlier process of this server left. Blocks while it reads a log on this
    /// machine. If several servers write the log, the listener is called later, once they agree.
    ///
    /// @param owner runs calls of the listener, except those within this method
    void open(PresenceSettings settings, Executor owner, Listener listener);

    /// Returns true if changes may be written now: not while the log does not know which members this server
    /// holds.
    boolean isWritable();

    /// Records changes of one channel in one step. Only one such step of a channel may be in flight.
    ///
    /// @param changes at most one for each client
    CompletionStage<Outcome> write(ChannelName channel, List<Change> changes);

    /// A cursor between the changes passed to the listener and all later ones.
    ///
    /// @param before the log's head before the caller's write in flight in this channel; null if no write is in
    ///               flight
    Cursor listedAt(@Nullable Cursor before);

    /// Ends without a release: members linger when the server starts again.
    void close();

    /// @param isHeld whether this server holds the client from now on
    record Change(String client, boolean isHeld) {}

    /// The outcome of a write.
    sealed interface Outcome {
        /// It is in the log.
        ///
        /// @param isListed whether the list changed in the same way; if not, the listener is called for it
        /// @param timeMs   the log's time of the write
        /// @param leftOut  clients that are not held, because there are too many members already
        record Placed(boolean isListed, long timeMs, Set<String> leftOut) implements Outcome {}

        /// Nothing was changed.
        record Refused(AppendResult refusal) implements Outcome {}

        /// Nothing was changed, because the other servers considered this one gone. [Listener#held] follows.
        record Fenced() implements Outcome {}
    }

    /// Receives the members that the log has. Runs on the owner.
    interface Listener {
        /// A client is a member, held by any server.
        ///
        /// @param timeMs since when
        void listed(ChannelName channel, String client, long timeMs);

        /// A client is no longer a member.
        void unlisted(ChannelName channel, String client);

        /// All members that this server holds according to the log.
        void held(Set<MemberKey> held);
    }

    /// A log in which several servers hold members.
    interface Source {
        MemberLeases holds();
    }
}
