package dev.sluice.core.delivery;

import dev.sluice.core.delivery.schedule.SwapRemoveList;

/// The readers of one channel or pattern on one event loop.
final class ReaderSet extends SwapRemoveList.Slotted {
    final SwapRemoveList<Membership> members = new SwapRemoveList<>();

    /// The last fan-out that visited this set, so that each visits it once.
    long lastFanOut;

    /// A reader in one set. Most readers have one channel and are themselves the member; a reader of several has
    /// a [SetEntry] in each set.
    abstract static sealed class Membership extends SwapRemoveList.Slotted permits Reader, SetEntry {
        abstract Reader reader();

        /// Whether this is the membership for the reader's first channel or pattern.
        abstract boolean isFirst();
    }

    static final class SetEntry extends Membership {
        private final Reader reader;

        SetEntry(Reader reader) {
            this.reader = reader;
        }

        @Override
        Reader reader() {
            return reader;
        }

        @Override
        @SuppressWarnings("ReferenceEquality") // Identity is meant.
        boolean isFirst() {
            return reader.setEntries != null && reader.setEntries[0] == this;
        }
    }
}
