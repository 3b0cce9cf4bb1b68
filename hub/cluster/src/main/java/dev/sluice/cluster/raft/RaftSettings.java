package dev.sluice.cluster.raft;

import dev.sluice.cluster.peers.Member;
import dev.sluice.cluster.peers.ProposalCodec;
import java.io.File;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.apache.ratis.RaftConfigKeys;
import org.apache.ratis.conf.RaftProperties;
import org.apache.ratis.grpc.GrpcConfigKeys;
import org.apache.ratis.server.RaftServerConfigKeys;
import org.apache.ratis.util.SizeInBytes;
import org.apache.ratis.util.TimeDuration;

/// The settings of Ratis that differ from its defaults. `docs/decisions/0036-why-raft-by-ratis.md` has the
/// reasons.
public final class RaftSettings {
    /// The largest entry of the Raft log.
    public static final int ENTRY_BYTES_MAX = ProposalCodec.PROPOSAL_BYTES_MAX;

    /// The name of the folder of the Raft log in a node's folder.
    public static final String FOLDER = "raft";

    private static final int ELECTION_TIMEOUT_MIN_MS = 600;
    private static final int ELECTION_TIMEOUT_MAX_MS = 1_200;

    /// The average pauses of the leader after failed requests in a row to a node: after each of the first ten, and
    /// after each further one. It sends that node nothing during a pause.
    private static final String RETRY_POLICY = "1ms,10, 200ms," + Integer.MAX_VALUE;

    private RaftSettings() {}

    static RaftProperties of(Path folder, Member self) {
        var properties = new RaftProperties();
        RaftConfigKeys.Rpc.setType(properties, new NodeRpcType());
        RaftServerConfigKeys.setStorageDir(
                properties, List.<File>of(folder.resolve(FOLDER).toFile()));
        GrpcConfigKeys.Server.setHost(properties, self.address().host());
        GrpcConfigKeys.Server.setPort(properties, self.address().port());
        GrpcConfigKeys.setMessageSizeMax(properties, SizeInBytes.valueOf(2L * ENTRY_BYTES_MAX));
        elections(properties);
        log(properties);
        snapshots(properties);
        // Replies of the leader are not used: a node learns of its proposals when it applies them.
        RaftServerConfigKeys.RetryCache.setExpiryTime(properties, TimeDuration.ONE_SECOND);
        return properties;
    }

    private static void elections(RaftProperties properties) {
        // 150 and 300 ms, the defaults, cause elections when processors are busy.
        RaftServerConfigKeys.Rpc.setTimeoutMin(properties, millis(ELECTION_TIMEOUT_MIN_MS));
        RaftServerConfigKeys.Rpc.setTimeoutMax(properties, millis(ELECTION_TIMEOUT_MAX_MS));
        RaftServerConfigKeys.Rpc.setFirstElectionTimeoutMin(properties, millis(ELECTION_TIMEOUT_MIN_MS));
        RaftServerConfigKeys.Rpc.setFirstElectionTimeoutMax(properties, millis(ELECTION_TIMEOUT_MAX_MS));
        // For this time, 10 s by default, a leader that lost its majority is not a candidate. It may be the
        // only node that can be elected, as its first entry makes its log the longest: on busy processors,
        // the cluster had no leader for that long.
        RaftServerConfigKeys.LeaderElection.setLeaderStepDownWaitTime(properties, millis(ELECTION_TIMEOUT_MAX_MS));
        // By default, the leader pauses for 5 s once a node has been away for some 20 s. No heartbeat then reaches that
        // node in time, and the leader takes 5 s for each entry by which it goes back to the last one that both have.
        RaftServerConfigKeys.Log.Appender.setRetryPolicy(properties, RETRY_POLICY);
        RaftServerConfigKeys.Rpc.setSlownessTimeout(properties, TimeDuration.valueOf(10, TimeUnit.SECONDS));
        // Allows a group of one to grow to two or three.
        RaftServerConfigKeys.LeaderElection.setMemberMajorityAdd(properties, true);
    }

    private static void log(RaftProperties properties) {
        // By default, Ratis 3.3 acknowledges entries that it dropped if the first one is already being written.
        RaftServerConfigKeys.Log.setAppendEntriesComposeEnabled(properties, false);
        RaftServerConfigKeys.Log.Appender.setBufferByteLimit(properties, SizeInBytes.valueOf(ENTRY_BYTES_MAX));
        RaftServerConfigKeys.Log.setQueueByteLimit(properties, SizeInBytes.valueOf(4L * ENTRY_BYTES_MAX));
        RaftServerConfigKeys.Log.setWriteBufferSize(properties, SizeInBytes.valueOf(ENTRY_BYTES_MAX + (64L << 10)));
        RaftServerConfigKeys.Log.setSegmentCacheNumMax(properties, 2);
        RaftServerConfigKeys.Log.setSegmentCacheSizeMax(properties, SizeInBytes.valueOf("64MB"));
        RaftServerConfigKeys.Log.setSegmentSizeMax(properties, SizeInBytes.valueOf("32MB"));
        // A node that was away must not keep the log growing: it gets a copy.
        RaftServerConfigKeys.Log.setPurgeUptoSnapshotIndex(properties, true);
        RaftServerConfigKeys.Log.setPurgeGap(properties, 1);
    }

    private static void snapshots(RaftProperties properties) {
        // Sluice makes the copies, and decides when the log may be purged.
        RaftServerConfigKeys.Log.Appender.setInstallSnapshotEnabled(properties, false);
        RaftServerConfigKeys.Snapshot.setAutoTriggerEnabled(properties, false);
        RaftServerConfigKeys.Snapshot.setCreationGap(properties, 1);
    }

    private static TimeDuration millis(int ms) {
        return TimeDuration.valueOf(ms, TimeUnit.MILLISECONDS);
    }
}
