package dev.sluice.cluster.raft;

import dev.sluice.cluster.folder.Folders;
import dev.sluice.core.cluster.DamagedNodeException;
import dev.sluice.core.replication.Order;
import java.io.IOException;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Properties;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.apache.ratis.proto.RaftProtos.LogEntryProto;
import org.apache.ratis.proto.RaftProtos.RaftPeerRole;
import org.apache.ratis.protocol.RaftPeer;
import org.apache.ratis.server.RaftConfiguration;
import org.apache.ratis.server.raftlog.LogProtoUtils;
import org.apache.ratis.thirdparty.com.google.protobuf.InvalidProtocolBufferException;
import org.jspecify.annotations.Nullable;

/// The Raft log of a node that does not run, as it is on disk. Damage is never passed over: a node that forgot what it
/// acknowledged, or for whom it voted, could make the cluster forget it.
///
/// ```
/// raft/GROUP/current/raft-meta                  the term, and for whom this node voted in it
/// raft/GROUP/current/raft-meta.conf             the members, as the newest entry about them says
/// raft/GROUP/current/log_FIRST-LAST             entries
/// raft/GROUP/current/log_inprogress_FIRST       the newest entries; a crash may have cut the last one short
/// ```
public final class RaftFiles {
    private static final String CURRENT = "current";
    private static final String VOTE = "raft-meta";
    private static final String MEMBERS = "raft-meta.conf";

    private final Path current;
    private final List<RaftSegment> segments;

    private RaftFiles(Path current, List<RaftSegment> segments) {
        this.current = current;
        this.segments = segments;
    }

    /// Removes what a crash left of a Raft log that was about to begin: without any file of a vote, nothing was
    /// promised.
    ///
    /// @param folder of a node that founds its cluster
    static void removeUnformatted(Path folder) throws IOException {
        Path raft = folder.resolve(RaftSettings.FOLDER);
        if (!Files.exists(raft)) return;
        boolean hasVoted;
        try (Stream<Path> files = Files.walk(raft)) {
            hasVoted = files.anyMatch(each -> each.endsWith(VOTE));
        }
        if (!hasVoted) Folders.remove(raft);
    }

    /// @param folder of the node
    /// @throws DamagedNodeException if it has no Raft log
    public static RaftFiles of(Path folder) throws IOException {
        Path raft = folder.resolve(RaftSettings.FOLDER);
        List<Path> groups;
        try (Stream<Path> files = Files.list(raft)) {
            groups = files.filter(each -> Files.isDirectory(each.resolve(CURRENT)))
                    .toList();
        }
        if (groups.size() != 1) throw new DamagedNodeException("'" + raft + "' has no Raft log");
        Path current = groups.getFirst().resolve(CURRENT);
        List<RaftSegment> segments = new ArrayList<>();
        try (Stream<Path> files = Files.list(current)) {
            for (Path each : files.toList()) {
                RaftSegment segment = RaftSegment.of(each);
                if (segment != null) segments.add(segment);
            }
        }
        segments.sort(Comparator.comparingLong(RaftSegment::first));
        return new RaftFiles(current, segments);
    }

    /// Makes sure that Raft can go on with these files, and cuts off an entry that a crash has cut short: it was
    /// not acknowledged. Ratis would refuse it if zeros follow, as they do in space that was reserved beforehand.
    ///
    /// @throws DamagedNodeException if something is missing or damaged
    void repair() throws IOException {
        requireVote();
        membersOnFile();
        String damage = read(_ -> {});
        if (damage != null) throw new DamagedNodeException(damage);
        if (segments.isEmpty()) return;
        RaftSegment newest = segments.getLast();
        RaftSegment.Content content = newest.read(_ -> {});
        if (content.isTorn()) newest.cut(content.bytes());
    }

    /// A disk that was full during an election leaves an empty file.
    private void requireVote() throws IOException {
        Path file = current.resolve(VOTE);
        String text = Files.exists(file) ? Files.readString(file, StandardCharsets.ISO_8859_1) : "";
        var values = new Properties();
        values.load(new StringReader(text));
        boolean isWhole = text.endsWith("\n")
                && values.containsKey("votedFor")
                && values.getProperty("term", "").matches("\\d{1,18}");
        if (isWhole) return;
        throw new DamagedNodeException("'" + file + "' is " + (text.isEmpty() ? "empty or missing" : "damaged")
                + ": this node does not know any more for whom it voted, as after a disk that was full");
    }

    /// The place of the last entry; [Order.Position#NONE] if there is none.
    Order.Position last() throws IOException {
        Order.Position[] last = {Order.Position.NONE};
        for (RaftSegment each : segments.reversed()) {
            each.read(entry -> last[0] = new Order.Position(entry.getIndex(), entry.getTerm()));
            if (!last[0].equals(Order.Position.NONE)) break; // The newest one may be empty.
        }
        return last[0];
    }

    /// Removes all entries. Votes and members stay.
    void clear() throws IOException {
        for (RaftSegment each : segments) each.delete();
    }

    /// Hands over all entries up to a damage, in their order. The last one is left out if a crash has cut it short:
    /// nobody was told that it is there.
    ///
    /// @return what is damaged; null: nothing
    @Nullable
    public String read(Consumer<LogEntryProto> entries) throws IOException {
        long next = segments.isEmpty() ? 0 : segments.getFirst().first();
        for (RaftSegment each : segments) {
            if (each.first() != next)
                return "The Raft log is damaged: entry " + next + " is missing before '" + each.file() + "'";
            RaftSegment.Content content = each.read(entries);
            if (content.damage() != null) return content.damage();
            next = content.next();
        }
        return null;
    }

    /// Whether no other node votes; while they change, none of the former ones either.
    ///
    /// @throws DamagedNodeException if the files don't say which they are
    public boolean isOnlyVoter(long node) throws IOException {
        List<RaftPeer> voters = configuration().getAllPeers(RaftPeerRole.FOLLOWER).stream()
                .distinct()
                .toList();
        return voters.size() == 1 && RaftPeers.node(voters.getFirst().getId()) == node;
    }

    /// The nodes there are, as the newest entry about them says.
    private RaftConfiguration configuration() throws IOException {
        var newest = new Newest();
        newest.see(membersOnFile());
        String damage = read(newest::see);
        if (damage != null) throw new DamagedNodeException(damage);
        if (newest.entry == null)
            throw new DamagedNodeException("'" + current + "' does not say which nodes there are");
        return LogProtoUtils.toRaftConfiguration(newest.entry);
    }

    /// An entry without members if there is no such file.
    private LogEntryProto membersOnFile() throws IOException {
        Path file = current.resolve(MEMBERS);
        if (!Files.exists(file)) return LogEntryProto.getDefaultInstance();
        try {
            LogEntryProto entry = LogEntryProto.parseFrom(Files.readAllBytes(file));
            if (entry.hasConfigurationEntry()) return entry;
            throw new DamagedNodeException("'" + file + "' does not say which nodes there are");
        } catch (InvalidProtocolBufferException damaged) {
            throw new DamagedNodeException("'" + file + "' is damaged", damaged);
        }
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
