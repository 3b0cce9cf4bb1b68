package dev.sluice.cluster;

import dev.sluice.core.replication.Order;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.apache.ratis.server.RaftServerConfigKeys;
import org.apache.ratis.server.raftlog.segmented.LogSegment;
import org.apache.ratis.server.raftlog.segmented.LogSegmentPath;
import org.apache.ratis.util.SizeInBytes;

/// The files of the Raft log of a node that does not run.
final class RaftLogFiles {
    private RaftLogFiles() {}

    /// Removes the entries of the log if a copy, which the node got since, has all of them and more: the leader has
    /// cut off what comes between. Ratis 3.3 would append after a gap, and fail at each attempt (RATIS-2507). Votes
    /// and configuration stay.
    ///
    /// @param index up to which the copy has the order
    /// @throws IOException if the log can't be read, or is damaged
    static void removeIfBefore(Path folder, long index) throws IOException {
        List<LogSegmentPath> segments = segments(folder.resolve(RaftSettings.FOLDER));
        if (last(segments).index() >= index) return;
        for (LogSegmentPath each : segments) Files.delete(each.getPath());
    }

    /// The place of the last entry; [Order.Position#NONE] if there is none.
    ///
    /// @throws IOException if the log can't be read, or is damaged
    static Order.Position last(Path folder) throws IOException {
        return last(segments(folder.resolve(RaftSettings.FOLDER)));
    }

    /// The newest ones first.
    private static List<LogSegmentPath> segments(Path folder) throws IOException {
        if (!Files.exists(folder)) return List.of();
        try (Stream<Path> files = Files.walk(folder)) {
            return files.map(LogSegmentPath::matchLogSegment)
                    .filter(Objects::nonNull)
                    .sorted(Comparator.comparing(LogSegmentPath::getStartEnd).reversed())
                    .toList();
        }
    }

    private static Order.Position last(List<LogSegmentPath> segments) throws IOException {
        Order.Position[] last = {Order.Position.NONE};
        for (LogSegmentPath each : segments) {
            LogSegment.readSegmentFile(
                    each.getPath().toFile(),
                    each.getStartEnd(),
                    SizeInBytes.valueOf(2L * RaftSettings.ENTRY_BYTES_MAX),
                    RaftServerConfigKeys.Log.CorruptionPolicy.EXCEPTION,
                    null,
                    entry -> last[0] = new Order.Position(entry.getIndex(), entry.getTerm()));
            if (!last[0].equals(Order.Position.NONE)) break; // The newest one may be empty.
        }
        return last[0];
    }
}
