package dev.sluice;

import org.jspecify.annotations.Nullable;

/// The result of publishing. All of these are expected; an event that the log could not store for another reason is an
/// exception. An id is the event's id on the wire, and the cursor after the event ([Channels#after]).
public sealed interface PublishResult {
    /// The event is in the log, and synced to the disk if the log is in a folder, unless `storage.sync` says otherwise.
    ///
    /// @param id the id of the event, or of the channel's end if there is no event
    record Stored(String id) implements PublishResult {}

    /// The same event was stored before, with the same idempotency key.
    record Repeated(String id) implements PublishResult {}

    /// The idempotency key was used for a different event.
    record KeyReused() implements PublishResult {}

    /// The channel's newest event is not the one that [Message#ifLatest] or [Message#ifEmpty] requires.
    ///
    /// @param latest the newest event's id; null if the channel has none
    record LatestDiffers(@Nullable String latest) implements PublishResult {}

    /// The channel has ended.
    ///
    /// @param id the id of the end
    record Ended(String id) implements PublishResult {}

    /// There is no space left on the disk. Reading still works, and publishing works again once there is space.
    ///
    /// @param detail what is full, and what the operator can do
    record Full(String detail) implements PublishResult {}

    /// The channel has no events, and the log has its maximum of channels with events.
    ///
    /// @param max the maximum (`storage.channels_max` or `memory.channels_max`)
    record TooManyChannels(int max) implements PublishResult {}

    /// Returns true if the event is in the log, now or from an earlier attempt.
    default boolean isStored() {
        return this instanceof Stored || this instanceof Repeated;
    }
}
