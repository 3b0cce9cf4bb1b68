package dev.sluice.cluster.raft;

import dev.sluice.cluster.order.Placement;
import dev.sluice.core.replication.ReplicatedLog;
import java.io.IOException;
import java.nio.file.Path;
import org.apache.ratis.proto.RaftProtos.LogEntryProto;
import org.jspecify.annotations.Nullable;

/// Applies the Raft log of a node that does not run to the node's log, from where that ends.
public final class RaftReplay {
    private final ReplicatedLog log;
    private long last;
    private long missing;

    private RaftReplay(ReplicatedLog log) {
        this.log = log;
        last = log.saved().index();
    }

    /// @param log    the node's log
    /// @param folder the node's folder
    /// @return a description of the damage up to which all entries were applied, or null if there is none
    /// @throws IOException if an entry is missing
    public static @Nullable String into(ReplicatedLog log, Path folder) throws IOException {
        var replay = new RaftReplay(log);
        String damage = RaftFiles.of(folder).read(replay::apply);
        if (replay.missing > 0) {
            throw new IOException("entry " + replay.missing + " of the Raft log in '" + folder + "' is missing");
        }
        return damage;
    }

    private void apply(LogEntryProto entry) {
        if (entry.getIndex() <= last || missing > 0) return;
        last++;
        if (entry.getIndex() > last) missing = last;
        else if (entry.hasStateMachineLogEntry())
            RatisStateMachine.place(entry, (at, stampMs, proposal) -> Placement.hand(log, at, stampMs, proposal));
    }
}
