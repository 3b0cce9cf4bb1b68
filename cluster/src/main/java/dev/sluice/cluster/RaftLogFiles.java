package dev.sluice.cluster;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.apache.ratis.server.RaftServerConfigKeys;
import org.apache.ratis.server.raftlog.RaftLog;
import org.apache.ratis.server.raftlog.segmented.LogSegment;
import org.apache.ratis.server.raftlog.segmented.LogSegmentPath;
import org.apache.ratis.util.SizeInBytes;

/// The files of the Raft log of a node that does not run.
final class RaftLogFiles {
    private RaftLogFiles() {}

    /// Removes the entries of the log if a copy, which the node got since, has all of them and more: Ratis 3.3 would
    /// append after a gap, and fail at each attempt (RATIS-2507). The node's votes stay, and the configuration.
    ///
    /// @param index up to which the copy has the order
    /// @throws IOException if the log can't be read, or is damaged
    static void removeIfBefore(Path folder, long index) throws IOException {
        List<LogSegmentPath> segments = segments(folder.resolve(RaftSettings.FOLDER));
        if (last(segments) >= index) return;
        for (LogSegmentPath each : segments) Files.delete(each.getPath());
    }

    private static List<LogSegmentPath> segments(Path folder) throws IOException {
        if (!Files.exists(folder)) return List.of();
        try (Stream<Path> files = Files.walk(folder)) {
            return files.map(LogSegmentPath::matchLogSegment)
                    .filter(Objects::nonNull)
                    .toList();
        }
    }

    private static long last(List<LogSegmentPath> segments) throws IOException {
        var last = new AtomicLong(RaftLog.INVALID_LOG_INDEX);
        for (LogSegmentPath each : segments) {
            LogSegment.readSegmentFile(
                    each.getPath().toFile(),
                    each.getStartEnd(),
                    SizeInBytes.valueOf(2L * RaftSettings.ENTRY_BYTES_MAX),
                    RaftServerConfigKeys.Log.CorruptionPolicy.EXCEPTION,
                    null,
                    entry -> last.accumulateAndGet(entry.getIndex(), Math::max));
        }
        return last.get();
    }
}
