package dev.sluice.core.index;

import dev.sluice.core.event.Event;
import dev.sluice.core.log.RetentionRules;
import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Persistent storage behind an index's memory. Called only by the writer, and before readers see the change
/// unless stated otherwise. An exception from any method stops all writing until the log is opened again.
public interface EntryStore {
    /// All entries kept, for readers on any thread.
    ///
    /// @return null if memory keeps all entries
    @Nullable
    EntrySource source();

    /// A number for a new channel.
    long nextChannelNumber();

    /// Saves the entries and keys of a group in one write, and the last position that the group takes, so that no
    /// position is taken twice even if the group's trims are never saved. The channels are in the state before the
    /// entries are added.
    void place(LogRecord.Group group);

    /// Removes the entries of a trim, or of several [joined][LogRecord.Trim#joined], and saves its channels.
    /// Readers already see the marks; the channels are in their final state.
    void drop(LogRecord.Trim trim);

    /// Saves that a channel is deleted. Removes no entry yet, because readers do not see the deletion yet.
    ///
    /// @param successor the channel that takes over the name, with the mark of the deletion
    /// @param timeMs    the time of the deletion
    void markDeleted(ChannelIndex channel, ChannelIndex successor, long timeMs);

    /// Removes entries of a deleted channel, the oldest first. Readers already see the deletion.
    ///
    /// @return the number of entries removed; less than `max` if none are left
    int clear(ChannelIndex channel, int max);

    /// Replaces events by what is left of them, at the same positions. Readers in memory already see the change.
    void replace(ChannelIndex channel, List<Event> left);

    /// Removes channels that had only a mark left, which is now part of the hub's folded mark. Readers already
    /// see it there.
    void fold(Collection<ChannelIndex> channels);

    /// Records the retention rules in force, durably.
    void record(RetentionRules rules);

    /// Signals that this store could not be read or written, which says nothing about the command that needed it.
    abstract class StoreFailedException extends RuntimeException {
        protected StoreFailedException(String message, @Nullable Throwable cause) {
            super(message, cause);
        }
    }

    /// No backing: memory keeps everything.
    EntryStore NONE = new EntryStore() {
        @Override
        public @Nullable EntrySource source() {
            return null;
        }

        @Override
        public long nextChannelNumber() {
            return 0;
        }

        @Override
        public void place(LogRecord.Group group) {}

        @Override
        public void drop(LogRecord.Trim trim) {}

        @Override
        public void markDeleted(ChannelIndex channel, ChannelIndex successor, long timeMs) {}

        @Override
        public int clear(ChannelIndex channel, int max) {
            return 0;
        }

        @Override
        public void replace(ChannelIndex channel, List<Event> left) {}

        @Override
        public void fold(Collection<ChannelIndex> channels) {}

        @Override
        public void record(RetentionRules rules) {}
    };
}
