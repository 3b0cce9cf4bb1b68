package dev.sluice.cluster.raft;

import dev.sluice.cluster.folder.Folders;
import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import org.apache.ratis.proto.RaftProtos.AppendEntriesReplyProto;
import org.apache.ratis.proto.RaftProtos.AppendEntriesReplyProto.AppendResult;
import org.apache.ratis.proto.RaftProtos.AppendEntriesRequestProto;
import org.apache.ratis.proto.RaftProtos.RaftRpcRequestProto;
import org.apache.ratis.proto.RaftProtos.RequestVoteReplyProto;
import org.apache.ratis.proto.RaftProtos.RequestVoteRequestProto;
import org.apache.ratis.proto.RaftProtos.StartLeaderElectionReplyProto;
import org.apache.ratis.proto.RaftProtos.StartLeaderElectionRequestProto;
import org.apache.ratis.server.RaftServer;
import org.apache.ratis.server.protocol.TermIndex;
import org.apache.ratis.server.raftlog.RaftLog;
import org.apache.ratis.util.ProtoUtils;

/// Replies to leaders and candidates. A reply is sent only after the entries and votes that it promises are
/// on this node's disk. Ratis 3.3 alone does not guarantee that;
/// `docs/decisions/0037-why-raft-replies-wait-for-the-disk.md` lists the gaps. Methods may be called from any
/// thread.
///
/// One request at a time enters the Raft log, or asks for a vote. Ratis checks a request and appends its entries in
/// two steps: in between, it would vote, or take entries of a newer leader, and then append those of the older one.
final class DurableReplies {
    /// The polling interval for entries that this node wrote while it led: Ratis has no future for them.
    private static final Executor LATER = CompletableFuture.delayedExecutor(2, TimeUnit.MILLISECONDS);

    private final RaftServer server;

    /// Completes once the entries of all requests so far are on disk. Fails for good if a write fails.
    private CompletableFuture<?> written = CompletableFuture.completedFuture(null);

    /// Like [#written], only for requests that replaced entries.
    private CompletableFuture<?> replaced = written;

    /// The latest term that is known to be on disk.
    private long syncedTerm = -1;

    DurableReplies(RaftServer server) {
        this.server = server;
    }

    CompletableFuture<AppendEntriesReplyProto> append(AppendEntriesRequestProto request) throws IOException {
        int count = request.getEntriesCount();
        if (count == 0) return server.appendEntriesAsync(request); // A heartbeat promises nothing.
        RaftServer.Division division = division(request.getServerRequest());
        TermIndex last = TermIndex.valueOf(request.getEntries(count - 1));
        CompletableFuture<AppendEntriesReplyProto> reply;
        CompletableFuture<?> all;
        synchronized (this) {
            boolean replaces = replaces(division.getRaftLog(), request);
            reply = server.appendEntriesAsync(request);
            if (reply.isCompletedExceptionally()) return reply; // Nothing was written.
            // Includes earlier requests: Ratis neither rewrites nor awaits entries that they are still writing.
            all = CompletableFuture.allOf(written, reply);
            written = all;
            if (replaces) replaced = all;
            syncTerm(division, request.getLeaderTerm());
        }
        return reply.thenCompose(each -> each.getResult() == AppendResult.SUCCESS
                ? all.thenCompose(_ -> flushed(division.getRaftLog(), last, each))
                : CompletableFuture.completedFuture(each));
    }

    /// Returns true if entries of the request replace entries of the log.
    private static boolean replaces(RaftLog log, AppendEntriesRequestProto request) {
        long first = request.getEntries(0).getIndex();
        long common = Math.min(log.getNextIndex() - first, request.getEntriesCount());
        if (common <= 0) return false;
        TermIndex there = TermIndex.valueOf(request.getEntries((int) common - 1));
        return !log.contains(there);
    }

    /// Waits until the log has the entry on disk.
    private static CompletableFuture<AppendEntriesReplyProto> flushed(
            RaftLog log, TermIndex last, AppendEntriesReplyProto reply) {
        var promise = new CompletableFuture<AppendEntriesReplyProto>();
        awaitFlush(log, last, reply, promise);
        return promise;
    }

    private static void awaitFlush(
            RaftLog log, TermIndex last, AppendEntriesReplyProto reply, CompletableFuture<AppendEntriesReplyProto> to) {
        try {
            boolean isThere = last.getIndex() < log.getStartIndex() || log.contains(last); // Or it was purged.
            if (!isThere) to.completeExceptionally(new IOException("entry " + last + " is not in the log any more"));
            else if (log.getFlushIndex() >= last.getIndex()) to.complete(reply);
            else LATER.execute(() -> awaitFlush(log, last, reply, to));
        } catch (RuntimeException closed) {
            to.completeExceptionally(closed);
        }
    }

    RequestVoteReplyProto vote(RequestVoteRequestProto request) throws IOException {
        RaftServer.Division division = division(request.getServerRequest());
        synchronized (this) {
            // As a leader, Ratis would count entries that are being replaced as on its own disk.
            requireWritten(replaced);
            RequestVoteReplyProto reply = server.requestVote(request);
            if (!request.getPreVote()) syncFolder(division);
            return reply;
        }
    }

    StartLeaderElectionReplyProto startElection(StartLeaderElectionRequestProto request) throws IOException {
        synchronized (this) {
            requireWritten(written);
            return server.startLeaderElection(request);
        }
    }

    private static void requireWritten(CompletableFuture<?> entries) throws IOException {
        if (!entries.isDone() || entries.isCompletedExceptionally())
            throw new IOException("this node is still writing entries of its log");
    }

    private RaftServer.Division division(RaftRpcRequestProto request) throws IOException {
        return server.getDivision(ProtoUtils.toRaftGroupId(request.getRaftGroupId()));
    }

    private void syncTerm(RaftServer.Division division, long term) throws IOException {
        if (term <= syncedTerm) return;
        syncFolder(division);
        syncedTerm = term;
    }

    /// Ratis syncs the file with the term and the vote, but not the folder entry after renaming it over the
    /// former file.
    private static void syncFolder(RaftServer.Division division) throws IOException {
        Folders.sync(division.getRaftStorage().getStorageDir().getCurrentDir().toPath());
    }
}
