package dev.sluice.cluster.raft;

import java.io.Closeable;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;
import org.apache.ratis.protocol.RaftGroupId;
import org.apache.ratis.protocol.RaftGroupMemberId;
import org.apache.ratis.server.RaftServer;

/// Closes a node's Raft server within a limit. Ratis 3.3 waits up to a day for each of its own threads.
final class RaftEnd {
    private static final System.Logger LOG = System.getLogger(RaftEnd.class.getName());

    /// Together with the time that streams have to receive their last bytes, and that of a hand-over, this is less
    /// than the 30 s after which a service manager kills the process. A server ends within milliseconds, or once it
    /// has applied its remaining entries.
    private static final Duration WAIT = Duration.ofSeconds(10);

    /// The maximum number of stack frames per thread in a warning.
    private static final int FRAMES_MAX = 12;

    private RaftEnd() {}

    /// Ends a server. If it does not end in time, it is abandoned; all acknowledged entries are on disk.
    static void end(RaftServer server, RaftGroupId group) {
        String evictor = RaftGroupMemberId.valueOf(server.getId(), group) + "-cacheEviction-AwaitToRun";
        end(
                server.getId().toString(),
                () -> {
                    endThread(evictor);
                    server.close();
                },
                WAIT);
    }

    /// Ends the thread that evicts segments of the Raft log from memory. `SegmentedRaftLog.close()` waits for it while
    /// it holds the lock that the thread takes: both would wait for ever if a segment begins meanwhile.
    private static void endThread(String name) throws IOException {
        try {
            for (Thread each : Thread.getAllStackTraces().keySet()) {
                if (!each.getName().equals(name)) continue;
                each.interrupt();
                each.join();
            }
        } catch (InterruptedException interrupted) {
            throw new IOException(interrupted); // The thread that ends a server is never interrupted.
        }
    }

    /// @param node   the prefix of the names of the server's threads
    /// @param server a server that may never end
    static void end(String node, Closeable server, Duration wait) {
        var ended = new CompletableFuture<Void>();
        Thread.ofPlatform().daemon().name(node + "-end").start(() -> {
            try {
                server.close();
                ended.complete(null);
            } catch (IOException | RuntimeException failed) {
                ended.completeExceptionally(failed);
            }
        });
        try {
            ended.orTimeout(wait.toMillis(), TimeUnit.MILLISECONDS).join();
        } catch (CompletionException failed) {
            if (failed.getCause() instanceof TimeoutException late) {
                threadsOf(node).forEach(late::addSuppressed);
                LOG.log(
                        System.Logger.Level.WARNING,
                        "Raft has not ended within " + wait.toSeconds() + " s, and is abandoned: all"
                                + " acknowledged entries are on disk. node=" + node,
                        late);
            } else {
                LOG.log(System.Logger.Level.WARNING, "Raft did not end cleanly. node=" + node, failed.getCause());
            }
        }
    }

    /// The stack traces of a server's threads, except for idle threads of pools.
    private static Stream<Throwable> threadsOf(String node) {
        return Thread.getAllStackTraces().entrySet().stream()
                .filter(each -> each.getKey().getName().startsWith(node))
                .filter(each -> Stream.of(each.getValue()).anyMatch(RaftEnd::isOfServer))
                .map(RaftEnd::where);
    }

    private static boolean isOfServer(StackTraceElement frame) {
        return frame.getClassName().startsWith("org.apache.ratis.")
                || frame.getClassName().startsWith("dev.sluice.");
    }

    private static Throwable where(Map.Entry<Thread, StackTraceElement[]> thread) {
        var where = new Throwable(
                thread.getKey().getName() + " is " + thread.getKey().getState());
        where.setStackTrace(Stream.of(thread.getValue()).limit(FRAMES_MAX).toArray(StackTraceElement[]::new));
        return where;
    }
}
