package dev.sluice.core.log;

import dev.sluice.core.cursor.Cursor;
import dev.sluice.core.cursor.Epoch;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The outcome of an append. All outcomes are expected; a log that cannot keep its promise fails the stage instead.
public sealed interface AppendResult {
    /// The publication is in the log, as durable as the log promises.
    ///
    /// @param epoch the epoch of the id
    /// @param position the position of the event, or of the channel's end if there is no event
    record Placed(Epoch epoch, long position) implements AppendResult {
        /// The id of the event, or of the channel's end if there is no event.
        public Cursor id() {
            return new Cursor(epoch, position);
        }
    }

    /// The same publication was placed before, with the same idempotency key.
    record Same(Cursor id) implements AppendResult {}

    /// The idempotency key was used for a different publication.
    record KeyReused() implements AppendResult {}

    /// The channel's newest event is not the one that the condition requires.
    ///
    /// @param newest the newest event's id; null if the channel has none
    record NewestDiffers(@Nullable Cursor newest) implements AppendResult {}

    /// The channel has ended.
    record Ended(Cursor end) implements AppendResult {}

    /// There is no space left. Reads still work, and the log accepts appends again once there is space.
    ///
    /// @param detail what is full and what the operator can do
    record Full(String detail) implements AppendResult {}

    /// The channel keeps nothing yet, and the log has reached its maximum number of channels. Appends to
    /// channels that keep entries still succeed.
    ///
    /// @param max the maximum number of channels
    record TooManyChannels(int max) implements AppendResult {}

    /// The channel keeps nothing yet, and the caller has created as many channels as it may. Its appends to
    /// channels that keep entries still succeed. Decided by the hub, which knows callers; a log does not.
    ///
    /// @param held      the number of channels that the caller created and that keep entries
    /// @param max       the limit of the caller's grant, or the log's maximum number of channels, of which the
    ///                  caller has a share
    /// @param isOfGrant true if the grant sets the limit
    record ChannelShare(long held, int max, boolean isOfGrant) implements AppendResult {}

    /// The outcome of an atomic batch: all of it is placed, or nothing.
    sealed interface Batch {
        /// @param each a [Placed] or [Same] for each publication, in the order of the batch
        record All(List<AppendResult> each) implements Batch {}

        /// @param index the index of the first refused publication, from 0
        record None(int index, AppendResult refusal) implements Batch {}
    }
}
