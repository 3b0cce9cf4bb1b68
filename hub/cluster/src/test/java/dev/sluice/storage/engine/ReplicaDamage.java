package dev.sluice.storage.engine;

import dev.sluice.core.replication.ReplicaProgress;
import dev.sluice.storage.record.Layout;
import dev.sluice.storage.record.ReplicaRecord;
import dev.sluice.storage.write.RocksEntryStore;
import java.nio.file.Path;
import java.util.Objects;
import org.rocksdb.WriteBatch;

/// Changes the folder of a node that does not run, so that it is readable but differs from the others.
public final class ReplicaDamage {
    private ReplicaDamage() {}

    public static void changeDigest(Path folder) {
        changeDigest(folder, 1);
    }

    /// @param bits the bits that differ
    public static void changeDigest(Path folder, long bits) {
        try (Engine engine = Engine.openReplica(folder);
                WriteBatch batch = new WriteBatch()) {
            byte[] record = Objects.requireNonNull(engine.get(engine.control, Layout.REPLICA));
            ReplicaProgress was = ReplicaRecord.read(record);
            var other = new ReplicaProgress(was.position(), was.timeMs(), was.digest() ^ bits, was.nodes());
            RocksEntryStore.put(batch, () -> batch.put(engine.control, Layout.REPLICA, ReplicaRecord.write(other)));
            engine.write(batch, false);
            engine.flush(true);
        }
    }
}
