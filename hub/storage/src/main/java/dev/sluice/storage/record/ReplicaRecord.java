package dev.sluice.storage.record;

import dev.sluice.core.record.RecordInput;
import dev.sluice.core.record.RecordOutput;
import dev.sluice.core.replication.Order;
import dev.sluice.core.replication.ReplicaProgress;
import java.util.HashMap;
import java.util.Map;

/// The record of a replica's progress: index, term, time, digest 8, then for each node its id 8, incarnation and
/// number.
public final class ReplicaRecord {
    private ReplicaRecord() {}

    public static byte[] write(ReplicaProgress progress) {
        RecordOutput out = new RecordOutput(64)
                .number(progress.position().index())
                .number(progress.position().term())
                .number(progress.timeMs())
                .fixed(progress.digest());
        progress.nodes()
                .forEach((node, newest) ->
                        out.fixed(node).number(newest.incarnation()).number(newest.number()));
        return out.bytes();
    }

    public static ReplicaProgress read(byte[] record) {
        RecordInput in = new RecordInput(record);
        var position = new Order.Position(in.number(), in.number());
        long timeMs = in.number();
        long digest = in.fixed();
        Map<Long, ReplicaProgress.Newest> nodes = new HashMap<>();
        while (in.hasMore()) nodes.put(in.fixed(), new ReplicaProgress.Newest(in.number(), in.number()));
        return new ReplicaProgress(position, timeMs, digest, nodes);
    }
}
