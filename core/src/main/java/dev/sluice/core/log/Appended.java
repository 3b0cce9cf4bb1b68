package dev.sluice.core.log;

import dev.sluice.core.cursor.Cursor;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What became of an append. All of these are expected; a log that can't keep its promise fails the stage instead.
public sealed interface Appended {
    /// It is in the log, as durable as the log promises.
    ///
    /// @param id of the event; of the end where there was no event
    record Placed(Cursor id) implements Appended {}

    /// The same publish was placed before.
    record Same(Cursor id) implements Appended {}

    /// The idempotency key was used for something else.
    record KeyReused() implements Appended {}

    /// The channel's newest event is not what the condition says.
    ///
    /// @param newest what it is; null: the channel has none
    record NewestDiffers(@Nullable Cursor newest) implements Appended {}

    /// The channel has ended.
    record Ended(Cursor end) implements Appended {}

    /// There is no room for it. What is kept can be read all the same, and the log takes more by itself when there is
    /// room again.
    ///
    /// @param detail what is full and what to do, for the operator
    record Full(String detail) implements Appended {}

    /// The channel keeps nothing yet, and the log has as many channels as it may. Channels that keep
    /// something take more.
    ///
    /// @param max how many that is
    record TooManyChannels(int max) implements Appended {}

    /// What became of an atomic batch: all of it, or none.
    sealed interface Batch {
        /// @param each [Placed] or [Same], in the order of the batch
        record All(List<Appended> each) implements Batch {}

        /// @param index of the first that was refused, from 0
        record None(int index, Appended refusal) implements Batch {}
    }
}
