package dev.sluice.storage;

import dev.sluice.core.store.Channel;
import dev.sluice.core.store.Store;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.rocksdb.RocksDBException;
import org.rocksdb.RocksIterator;

/// Reads at a start how the log stood. It looks at channels and keys, not at events.
final class Recovery {
    private final Engine engine;
    private final Store store;

    Recovery(Engine engine, Store store) {
        this.engine = engine;
        this.store = store;
    }

    void restoreChannels(Map<Long, Channel> byNumber) {
        List<Map.Entry<Long, ChannelRecord>> empty = new ArrayList<>();
        try (RocksIterator records = engine.db.newIterator(engine.channels)) {
            for (records.seekToFirst(); records.isValid(); records.next()) {
                long number = Layout.fixed(records.key(), 0);
                ChannelRecord record = ChannelRecord.read(records.value());
                if (record.kept() == null) empty.add(Map.entry(number, record));
                else byNumber.put(number, restore(number, record));
            }
            records.status();
        } catch (RocksDBException failed) {
            throw Engine.failed("reading its channels", failed);
        }
        // Those that became empty first come first.
        empty.sort((one, other) ->
                Long.compare(one.getValue().emptySinceMs(), other.getValue().emptySinceMs()));
        for (var entry : empty) byNumber.put(entry.getKey(), restore(entry.getKey(), entry.getValue()));
    }

    private Channel restore(long number, ChannelRecord record) {
        return store.restore(
                record.name(),
                number,
                record.kept(),
                record.held(),
                record.events(),
                record.dataBytes(),
                record.mark(),
                record.deletedAt(),
                record.emptySinceMs());
    }

    void restoreKeys() {
        try (RocksIterator records = engine.db.newIterator(engine.once)) {
            for (records.seekToFirst(); records.isValid(); records.next()) {
                long position = Layout.fixed(records.key(), 0);
                OnceRecord.read(store.epochs().cursor(position), records.value(), store.idempotency());
            }
            records.status();
        } catch (RocksDBException failed) {
            throw Engine.failed("reading its idempotency keys", failed);
        }
    }

    /// The channels whose deletion was interrupted.
    List<Long> deletionsLeft() {
        List<Long> left = new ArrayList<>();
        try (RocksIterator records = engine.db.newIterator(engine.control)) {
            for (records.seek(Layout.CLEAR); records.isValid(); records.next()) {
                byte[] key = records.key();
                if (key.length != Layout.CLEAR.length + 8) break;
                left.add(Layout.fixed(key, Layout.CLEAR.length));
            }
            records.status();
        } catch (RocksDBException failed) {
            throw Engine.failed("reading its deletions", failed);
        }
        return left;
    }
}
