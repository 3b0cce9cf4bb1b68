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

/// The Raft log on disk of a node that does not run. Damage is never ignored: a node that forgot entries it
/// acknowledged, or its vote, could make the cluster lose acknowledged entries.
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

    /// Removes the remains of a Raft log if a crash interrupted its creation: without a vote file, the node
    /// has promised nothing.
    ///
    /// @param folder the folder of a node that founds its cluster
    static void removeUnformatted(Path folder) throws IOException {
        Path raft = folder.resolve(RaftSettings.FOLDER);
        if (!Files.exists(raft)) return;
        boolean hasVoted;
        try (Stream<Path> files = Files.walk(raft)) {
            hasVoted = files.anyMatch(each -> each.endsWith(VOTE));
        }
        if (!hasVoted) Folders.remove(raft);
    }

    /// @param folder the node's folder
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

    /// Checks that Raft can continue with these files, and cuts off an entry that a crash has cut short: it
    /// was not acknowledged. Ratis would reject it if zeros follow, as in preallocated space.
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

    /// Rejects an empty vote file, the result of an election while the disk was full.
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
                + ": this node no longer knows for which node it voted, as after a full disk");
    }

    /// The place of the last entry; [Order.Position#NONE] if there is none.
    Order.Position last() throws IOException {
        Order.Position[] last = {Order.Position.NONE};
        for (RaftSegment each : segments.reversed()) {
            each.read(entry -> last[0] = new Order.Position(entry.getIndex(), entry.getTerm()));
            if (!last[0].equals(Order.Position.NONE)) break; // The newest segment may be empty.
        }
        return last[0];
    }

    /// Removes all entries. Votes and members stay.
    void clear() throws IOException {
        for (RaftSegment each : segments) each.delete();
    }

    /// Passes on all entries in order, up to the first damage. The last entry is skipped if a crash has cut
    /// it short, as it was not acknowledged.
    ///
    /// @return a description of the damage, or null if there is none
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

    /// Returns true if no other node votes. During a change of the members, the former ones count as well.
    ///
    /// @throws DamagedNodeException if the files don't name the voting nodes
    public boolean isOnlyVoter(long node) throws IOException {
        List<RaftPeer> voters = configuration().getAllPeers(RaftPeerRole.FOLLOWER).stream()
                .distinct()
                .toList();
        return voters.size() == 1 && RaftPeers.node(voters.getFirst().getId()) == node;
    }

    /// The members according to the newest configuration entry.
    private RaftConfiguration configuration() throws IOException {
        var newest = new Newest();
        newest.see(membersOnFile());
        String damage = read(newest::see);
        if (damage != null) throw new DamagedNodeException(damage);
        if (newest.entry == null)
            throw new DamagedNodeException("'" + current + "' does not name the nodes of the cluster");
        return LogProtoUtils.toRaftConfiguration(newest.entry);
    }

    /// The entry in the configuration file, or an entry without members if there is no such file.
    private LogEntryProto membersOnFile() throws IOException {
        Path file = current.resolve(MEMBERS);
        if (!Files.exists(file)) return LogEntryProto.getDefaultInstance();
        try {
            LogEntryProto entry = LogEntryProto.parseFrom(Files.readAllBytes(file));
            if (entry.hasConfigurationEntry()) return entry;
            throw new DamagedNodeException("'" + file + "' does not name the nodes of the cluster");
        } catch (InvalidProtocolBufferException damaged) {
            throw new DamagedNodeException("'" + file + "' is damaged", damaged);
        }
    }

    /// Collects the newest configuration entry.
    private static final class Newest {
        private @Nullable LogEntryProto entry;

        void see(LogEntryProto next) {
            if (!next.hasConfigurationEntry()) return;
            if (entry == null || next.getIndex() >= entry.getIndex()) entry = next;
        }
    }
}
