package dev.sluice.storage.write;

import dev.sluice.core.replication.HeldMember;
import dev.sluice.core.replication.Lease;
import dev.sluice.core.replication.MemberLeaseStore;
import dev.sluice.storage.engine.Engine;
import dev.sluice.storage.engine.RecordIterator;
import dev.sluice.storage.record.Layout;
import dev.sluice.storage.record.MemberLeaseRecord;
import java.util.Collection;
import org.rocksdb.WriteBatch;

/// The holds of a replica, one record per member, so that the cost of a change does not depend on the number
/// of members. Flushed with the replica.
final class RocksMemberLeases implements MemberLeaseStore {
    private final Engine engine;

    RocksMemberLeases(Engine engine) {
        this.engine = engine;
    }

    @Override
    public void restore(Consumer consumer) {
        try (RecordIterator records = engine.records(engine.control, Layout.HOLD)) {
            while (records.next()) consumer.member(MemberLeaseRecord.read(records.key(), records.value()));
        }
        try (RecordIterator records = engine.records(engine.control, Layout.LEASE)) {
            while (records.next())
                consumer.lease(MemberLeaseRecord.node(records.key()), MemberLeaseRecord.read(records.value()));
        }
    }

    @Override
    public void write(Collection<HeldMember> members) {
        try (WriteBatch batch = new WriteBatch()) {
            RocksEntryStore.put(batch, () -> {
                for (HeldMember each : members) {
                    byte[] key = MemberLeaseRecord.key(each.key());
                    if (each.nodes().isEmpty()) batch.delete(engine.control, key);
                    else batch.put(engine.control, key, MemberLeaseRecord.write(each));
                }
            });
            engine.write(batch, false);
        }
    }

    @Override
    public void write(long node, Lease lease) {
        try (WriteBatch batch = new WriteBatch()) {
            RocksEntryStore.put(
                    batch,
                    () -> batch.put(engine.control, MemberLeaseRecord.leaseKey(node), MemberLeaseRecord.write(lease)));
            engine.write(batch, false);
        }
    }
}
