package dev.sluice.core.delivery.stream;

import dev.sluice.core.cursor.Cursor;
import dev.sluice.core.log.Gap;

/// Why a stream ended. The reason that is decided first counts: a client that leaves before it has received the
/// final frame changes nothing.
public sealed interface EndReason {
    /// A reason that the wire may report to the client. For the others there is nothing to report, or no client
    /// left to report it to.
    sealed interface Reported extends EndReason {}

    /// All its channels have ended, and the reader has received everything; or a waiting poll has its answer.
    record Complete() implements Reported {}

    /// Events are missing, and the reader asked to fail in that case, or its wire cannot express a gap.
    record Missing(Gap gap) implements Reported {}

    /// The reader was further behind than the overflow policy of a channel allows. It may reconnect with
    /// its cursor.
    record TooFarBehind(Cursor at) implements Reported {}

    /// The log failed to provide the next entries. The reader may reconnect.
    record Unavailable(String why) implements Reported {}

    /// The client ended the stream: it closed it, or sent something that the transport rejects.
    ///
    /// @param code in the transport's own numbers
    record ByClient(int code, String why) implements Reported {}

    /// The client should come back: nothing is wrong with it, and its cursor stays valid.
    sealed interface Reconnect extends Reported {
        /// The time after which the client should reconnect; 0 if it may choose.
        long retryAfterMs();
    }

    /// The stream has reached its greatest age. A proxy may keep a connection open and acknowledge everything on it
    /// although the client is gone. A client that is still there reconnects at once.
    record Aged(long retryAfterMs) implements Reconnect {}

    /// The server is stopping.
    record Stopping(long retryAfterMs) implements Reconnect {
        public Stopping() {
            this(0);
        }
    }

    /// The hub ends the stream because of its grant or at the request of an operator, whatever its reader has
    /// received. Its client has a limited time to accept the last frame.
    sealed interface Dismissal extends Reported {}

    /// The reader's [grant][dev.sluice.core.access.Grant] has ended. It may come back with another one.
    sealed interface GrantEnd extends Dismissal {}

    /// The grant has expired.
    record Expired() implements GrantEnd {}

    /// The grant was revoked, or a renewed one does not permit the selection.
    record Revoked() implements GrantEnd {}

    /// An operator ended the stream. Its client may come back after a pause.
    record ByOperator() implements Dismissal {}

    /// The connection closed or broke.
    record Disconnected() implements EndReason {}

    /// The client accepted nothing for [dev.sluice.core.delivery.channel.HubSettings#stall] while bytes were
    /// pending.
    record Stalled() implements EndReason {}

    /// The client has part of an event whose rest the log no longer has.
    record Torn() implements EndReason {}

    /// The answer of a poll would have exceeded the memory budget for answers.
    record OverBudget() implements EndReason {}

    /// An unexpected exception.
    record Failed() implements EndReason {}

    default EndCode kind() {
        return switch (this) {
            case Complete _ -> EndCode.COMPLETE;
            case Missing _ -> EndCode.MISSING;
            case TooFarBehind _ -> EndCode.TOO_FAR_BEHIND;
            case Unavailable _ -> EndCode.UNAVAILABLE;
            case ByClient _ -> EndCode.BY_CLIENT;
            case Aged _ -> EndCode.AGED;
            case Stopping _ -> EndCode.STOPPING;
            case Expired _ -> EndCode.EXPIRED;
            case Revoked _ -> EndCode.REVOKED;
            case ByOperator _ -> EndCode.BY_OPERATOR;
            case Disconnected _ -> EndCode.DISCONNECTED;
            case Stalled _ -> EndCode.STALLED;
            case Torn _ -> EndCode.TORN;
            case OverBudget _ -> EndCode.OVER_BUDGET;
            case Failed _ -> EndCode.FAILED;
        };
    }
}
