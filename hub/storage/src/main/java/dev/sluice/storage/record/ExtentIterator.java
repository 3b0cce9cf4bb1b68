package dev.sluice.storage.record;

import dev.sluice.core.record.RecordInput;
import dev.sluice.storage.engine.Engine;
import dev.sluice.storage.folder.LogUnavailableException;
import org.jspecify.annotations.Nullable;
import org.rocksdb.RocksDBException;
import org.rocksdb.RocksIterator;

/// Finds extents of entries in the order of all channels, in a snapshot of it. Blocks.
///
/// @see Extent
public final class ExtentIterator implements AutoCloseable {
    private final RocksIterator records;

    public ExtentIterator(Engine engine) {
        records = engine.db.newIterator(engine.order);
    }

    /// The extent with a position, or the first one behind it; null if there is none.
    ///
    /// @throws LogUnavailableException if a record can't be read
    @Nullable
    public Extent atOrAfter(long position) {
        records.seek(Layout.key(position));
        return current();
    }

    /// The extent with a position, or the last one before it; null if there is none.
    @Nullable
    public Extent atOrBefore(long position) {
        Extent found = atOrAfter(position);
        if (found != null && found.first() <= position) return found;
        if (found != null) return previous();
        records.seekToLast();
        return current();
    }

    /// The extent behind the one found last, which must not be null.
    @Nullable
    public Extent next() {
        records.next();
        return current();
    }

    /// The extent before the one found last, which must not be null.
    @Nullable
    public Extent previous() {
        records.prev();
        return current();
    }

    private @Nullable Extent current() {
        try {
            if (records.isValid()) return Extent.read(records.key(), records.value());
            records.status();
            return null;
        } catch (RocksDBException failed) {
            throw Engine.failed("reading", failed);
        } catch (RecordInput.BrokenRecordException broken) {
            throw new LogUnavailableException(
                    "The log is damaged: a record of the order of all channels is corrupt. Restore a backup, or salvage the rest.",
                    broken);
        }
    }

    @Override
    public void close() {
        records.close();
    }
}
