package dev.sluice.cluster;

import dev.sluice.core.replication.Order;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.apache.ratis.proto.RaftProtos.LogEntryProto;
import org.apache.ratis.proto.RaftProtos.RaftPeerRole;
import org.apache.ratis.protocol.RaftPeer;
import org.apache.ratis.protocol.RaftPeerId;
import org.apache.ratis.server.RaftServerConfigKeys.Log.CorruptionPolicy;
import org.apache.ratis.server.raftlog.LogProtoUtils;
import org.apache.ratis.server.raftlog.segmented.LogSegment;
import org.apache.ratis.server.raftlog.segmented.LogSegmentPath;
import org.apache.ratis.util.SizeInBytes;
import org.jspecify.annotations.Nullable;

/// The Raft log of a node that does not run, as it is on disk.
///
/// ```
/// raft/GROUP/current/raft-meta.conf             the members, as the newest entry about them says
/// raft/GROUP/current/log_FIRST-LAST             entries
/// raft/GROUP/current/log_inprogress_FIRST       the newest entries; a crash may have cut the last one short
/// ```
final class RaftFiles {
    private static final String CURRENT = "current";
    private static final String MEMBERS = "raft-meta.conf";
    private static final SizeInBytes ENTRY_MAX = SizeInBytes.valueOf(RaftSettings.ENTRY_BYTES_MAX + (64L << 10));

    private final Path current;
    private final List<Segment> segments;

    private RaftFiles(Path current, List<Segment> segments) {
        this.current = current;
        this.segments = segments;
    }

    /// A part of the log. Ratis keeps to itself what its name says.
    private record Segment(LogSegmentPath path) {
        private static final String OPEN = "log_inprogress_";
        private static final String CLOSED = "log_";

        boolean isOpen() {
            return name().startsWith(OPEN);
        }

        long first() {
            String name = name();
            return Long.parseLong(
                    isOpen() ? name.substring(OPEN.length()) : name.substring(CLOSED.length(), name.indexOf('-')));
        }

        void read(Consumer<LogEntryProto> entries) throws IOException {
            LogSegment.readSegmentFile(
                    path.getPath().toFile(),
                    path.getStartEnd(),
                    ENTRY_MAX,
                    isOpen() ? CorruptionPolicy.WARN_AND_RETURN : CorruptionPolicy.EXCEPTION,
                    null,
                    entries);
        }

        private String name() {
            return path.getPath().getFileName().toString();
        }
    }

    /// @param folder of the node
    /// @throws IOException if it has no Raft log
    static RaftFiles of(Path folder) throws IOException {
        Path raft = folder.resolve(RaftSettings.FOLDER);
        List<Path> groups;
        try (Stream<Path> files = Files.list(raft)) {
            groups = files.filter(each -> Files.isDirectory(each.resolve(CURRENT)))
                    .toList();
        }
        if (groups.size() != 1) throw new IOException("'" + raft + "' has no Raft log");
        Path current = groups.getFirst().resolve(CURRENT);
        List<Segment> segments = new ArrayList<>();
        try (Stream<Path> files = Files.list(current)) {
            for (Path each : files.toList()) {
                LogSegmentPath segment = LogSegmentPath.matchLogSegment(each);
                if (segment != null) segments.add(new Segment(segment));
            }
        }
        segments.sort(Comparator.comparingLong(Segment::first));
        return new RaftFiles(current, segments);
    }

    /// The place of the last entry; [Order.Position#NONE] if there is none.
    ///
    /// @throws IOException if it can't be read
    Order.Position last() throws IOException {
        Order.Position[] last = {Order.Position.NONE};
        for (Segment each : segments.reversed()) {
            each.read(entry -> last[0] = new Order.Position(entry.getIndex(), entry.getTerm()));
            if (!last[0].equals(Order.Position.NONE)) break; // The newest one may be empty.
        }
        return last[0];
    }

    /// Removes all entries. Votes and members stay.
    void clear() throws IOException {
        for (Segment each : segments) Files.delete(each.path().getPath());
    }

    /// Hands over all entries, in their order. The last one is left out if a crash has cut it short: nobody
    /// was told that it is there.
    ///
    /// @throws IOException if they can't be read
    void read(Consumer<LogEntryProto> entries) throws IOException {
        for (Segment each : segments) each.read(entries);
    }

    /// The nodes that vote: while they change, the former ones as well.
    List<RaftPeerId> voters() throws IOException {
        var newest = new Newest();
        Path file = current.resolve(MEMBERS);
        if (Files.exists(file)) {
            try (InputStream in = Files.newInputStream(file)) {
                newest.see(LogEntryProto.parseFrom(in));
            }
        }
        read(newest::see);
        if (newest.entry == null) throw new IOException("'" + current + "' does not say which nodes there are");
        return LogProtoUtils.toRaftConfiguration(newest.entry).getAllPeers(RaftPeerRole.FOLLOWER).stream()
                .map(RaftPeer::getId)
                .toList();
    }

    /// The newest entry that says which nodes there are.
    private static final class Newest {
        private @Nullable LogEntryProto entry;

        void see(LogEntryProto next) {
            if (!next.hasConfigurationEntry()) return;
            if (entry == null || next.getIndex() >= entry.getIndex()) entry = next;
        }
    }
}
