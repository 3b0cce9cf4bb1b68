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

/// The end of a node's Raft server. Ratis 3.3 waits a day for each of its own threads.
final class RaftEnd {
    private static final System.Logger LOG = System.getLogger(RaftEnd.class.getName());

    /// With the time that streams have to receive their last bytes, less than the 30 s after which a service manager
    /// kills the process. A server ends in milliseconds, or after what it still has to apply.
    private static final Duration WAIT = Duration.ofSeconds(10);

    /// Frames of each thread in a warning.
    private static final int FRAMES_MAX = 12;

    private RaftEnd() {}

    /// Ends a server. One that does not end in time is left behind: what was acknowledged is on disk.
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
            throw new IOException(interrupted); // Nobody interrupts the thread that ends a server.
        }
    }

    /// @param node   with which the names of the server's threads begin
    /// @param server may never end
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
                        "Raft has not ended within " + wait.toSeconds() + " s, and is left behind: what was"
                                + " acknowledged is on disk. node=" + node,
                        late);
            } else {
                LOG.log(System.Logger.Level.WARNING, "Raft did not end well. node=" + node, failed.getCause());
            }
        }
    }

    /// Where the threads of a server are, except for idle ones of pools.
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
