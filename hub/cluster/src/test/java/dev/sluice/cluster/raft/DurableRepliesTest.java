package dev.sluice.cluster.raft;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.cluster.peers.Member;
import dev.sluice.core.Ports;
import dev.sluice.core.cluster.NodeAddress;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import jdk.jfr.Recording;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordingFile;
import org.apache.ratis.proto.RaftProtos.AppendEntriesReplyProto;
import org.apache.ratis.proto.RaftProtos.AppendEntriesReplyProto.AppendResult;
import org.apache.ratis.proto.RaftProtos.AppendEntriesRequestProto;
import org.apache.ratis.proto.RaftProtos.LogEntryProto;
import org.apache.ratis.proto.RaftProtos.RaftRpcReplyProto;
import org.apache.ratis.proto.RaftProtos.RaftRpcRequestProto;
import org.apache.ratis.proto.RaftProtos.RequestVoteReplyProto;
import org.apache.ratis.proto.RaftProtos.RequestVoteRequestProto;
import org.apache.ratis.proto.RaftProtos.StateMachineLogEntryProto;
import org.apache.ratis.proto.grpc.RaftServerProtocolServiceGrpc;
import org.apache.ratis.protocol.ClientId;
import org.apache.ratis.protocol.RaftGroup;
import org.apache.ratis.protocol.RaftGroupId;
import org.apache.ratis.protocol.RaftPeerId;
import org.apache.ratis.server.RaftServer;
import org.apache.ratis.server.protocol.TermIndex;
import org.apache.ratis.server.storage.RaftStorage;
import org.apache.ratis.statemachine.impl.BaseStateMachine;
import org.apache.ratis.thirdparty.com.google.protobuf.ByteString;
import org.apache.ratis.thirdparty.io.grpc.ManagedChannel;
import org.apache.ratis.thirdparty.io.grpc.Server;
import org.apache.ratis.thirdparty.io.grpc.netty.NettyChannelBuilder;
import org.apache.ratis.thirdparty.io.grpc.netty.NettyServerBuilder;
import org.apache.ratis.thirdparty.io.grpc.stub.StreamObserver;
import org.apache.ratis.util.CodeInjectionForTesting;
import org.apache.ratis.util.ProtoUtils;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// A follower whose disk is slow, and leaders that send entries again, over gRPC.
@Timeout(120)
final class DurableRepliesTest {
    /// The first method on the stack of the thread that writes the Raft log.
    private static final String WRITER = "SegmentedRaftLogWorker.runWorker";

    /// The number of round trips after which a reply that is not delayed has arrived.
    private static final int ROUND_TRIPS = 100;

    private static final int DEADLINE_SECONDS = 60;

    private final RaftGroupId group = RaftGroupId.valueOf(UUID.randomUUID());
    private final Member node = member(1);
    private final Member leader = member(2);
    private final Member other = member(3);
    private final ClientId client = ClientId.randomId();
    private final AtomicLong calls = new AtomicLong();
    private final List<Runnable> closers = new ArrayList<>();
    private final CountDownLatch disk = new CountDownLatch(1);

    @TempDir
    Path folder;

    private @Nullable RaftServer server;

    private static Member member(int id) {
        return new Member(id, new NodeAddress("127.0.0.1", Ports.free()), true);
    }

    @AfterEach
    void close() {
        disk.countDown();
        CodeInjectionForTesting.remove(WRITER);
        closers.reversed().forEach(Runnable::run);
        if (server != null) RaftEnd.end(server, group);
    }

    /// @param isHeld whether its log is not written to disk before the latch opens
    private void start(boolean isHeld) throws IOException {
        RaftPeerId id = RaftPeers.id(node);
        if (isHeld) {
            CodeInjectionForTesting.put(WRITER, (local, remote, args) -> {
                if (id.equals(local)) awaitDisk();
                return true;
            });
        }
        var peers = List.of(node, leader, other).stream().map(RaftPeers::peer).toList();
        server = RaftServer.newBuilder()
                .setServerId(id)
                .setGroup(RaftGroup.valueOf(group, peers))
                .setOption(
                        RatisOrder.hasBegun(folder)
                                ? RaftStorage.StartupOption.RECOVER
                                : RaftStorage.StartupOption.FORMAT)
                .setProperties(RaftSettings.of(folder, node))
                .setStateMachine(new BaseStateMachine())
                .build();
        server.start();
    }

    private void awaitDisk() {
        try {
            assertThat(disk.await(DEADLINE_SECONDS, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException interrupted) {
            throw new AssertionError(interrupted);
        }
    }

    private RaftServer.Division division() throws IOException {
        return server.getDivision(group);
    }

    private ManagedChannel connect() {
        ManagedChannel channel = NettyChannelBuilder.forTarget(node.address().toString())
                .usePlaintext()
                .build();
        closers.add(channel::shutdownNow);
        return channel;
    }

    /// A leader's stream of requests to the node.
    private final class Stream implements StreamObserver<AppendEntriesReplyProto> {
        private final LinkedBlockingQueue<Object> heartbeats = new LinkedBlockingQueue<>();
        private final LinkedBlockingQueue<Object> replies = new LinkedBlockingQueue<>();
        private final StreamObserver<AppendEntriesRequestProto> requests =
                RaftServerProtocolServiceGrpc.newStub(connect()).appendEntries(this);

        @Override
        public void onNext(AppendEntriesReplyProto reply) {
            (reply.getIsHearbeat() ? heartbeats : replies).add(reply);
        }

        @Override
        public void onError(Throwable failed) {
            heartbeats.add(failed);
            replies.add(failed);
        }

        @Override
        public void onCompleted() {}

        void send(long term, LogEntryProto... entries) {
            send(term, null, entries);
        }

        void send(long term, @Nullable TermIndex previous, LogEntryProto... entries) {
            var request = AppendEntriesRequestProto.newBuilder()
                    .setServerRequest(request())
                    .setLeaderTerm(term)
                    .setLeaderCommit(-1)
                    .addAllEntries(List.of(entries));
            if (previous != null) request.setPreviousLog(previous.toProto());
            requests.onNext(request.build());
        }

        /// Returns true if a reply to entries has arrived after some round trips.
        boolean hasReply(long term) throws Exception {
            for (int i = 0; i < ROUND_TRIPS && replies.isEmpty(); i++) {
                send(term);
                assertThat(heartbeats.poll(DEADLINE_SECONDS, TimeUnit.SECONDS))
                        .isInstanceOf(AppendEntriesReplyProto.class);
            }
            return !replies.isEmpty();
        }

        void expectSuccess(long match) throws Exception {
            Object reply = replies.poll(DEADLINE_SECONDS, TimeUnit.SECONDS);
            assertThat(reply).isInstanceOfSatisfying(AppendEntriesReplyProto.class, each -> {
                assertThat(each.getResult()).isEqualTo(AppendResult.SUCCESS);
                assertThat(each.getMatchIndex()).isEqualTo(match);
            });
        }
    }

    private RaftRpcRequestProto request() {
        return RaftRpcRequestProto.newBuilder()
                .setRequestorId(RaftPeers.id(leader).toByteString())
                .setReplyId(RaftPeers.id(node).toByteString())
                .setRaftGroupId(ProtoUtils.toRaftGroupIdProtoBuilder(group))
                .setCallId(calls.incrementAndGet())
                .build();
    }

    private LogEntryProto[] entries(long term, int from, int to) {
        List<LogEntryProto> entries = new ArrayList<>();
        for (int index = from; index <= to; index++) {
            entries.add(LogEntryProto.newBuilder()
                    .setTerm(term)
                    .setIndex(index)
                    .setStateMachineLogEntry(StateMachineLogEntryProto.newBuilder()
                            .setClientId(client.toByteString())
                            .setCallId(index)
                            .setLogData(ByteString.copyFromUtf8("entry " + index)))
                    .build());
        }
        return entries.toArray(LogEntryProto[]::new);
    }

    /// The index of the last entry in the files after the node has ended.
    private long lastOnDisk() throws IOException {
        server.close();
        return RaftFiles.of(folder).last().index();
    }

    @Test
    void acknowledgesNoEntriesThatItRefused() throws Exception {
        start(true);
        var stream = new Stream();
        stream.send(1, entries(1, 0, 10));
        stream.send(1, entries(1, 0, 100));
        assertThat(stream.hasReply(1)).isFalse();
        disk.countDown();
        stream.expectSuccess(10);
        stream.expectSuccess(100);
        assertThat(lastOnDisk()).isEqualTo(100);
    }

    @Test
    void acknowledgesEntriesThatAreSentAgainOnlyOnceTheFirstCopyIsOnDisk() throws Exception {
        start(true);
        var broken = new Stream();
        broken.send(1, entries(1, 0, 10));
        assertThat(broken.hasReply(1)).isFalse();
        var next = new Stream();
        next.send(1, entries(1, 0, 10));
        assertThat(next.hasReply(1)).isFalse();
        disk.countDown();
        next.expectSuccess(10);
        assertThat(lastOnDisk()).isEqualTo(10);
    }

    /// Until then, the log on disk has the former entries, and is longer.
    @Test
    void acknowledgesEntriesThatReplaceOthersOnlyOnceTheyAreOnDisk() throws Exception {
        start(false);
        var former = new Stream();
        former.send(1, entries(1, 0, 10));
        former.expectSuccess(10);
        server.close();
        start(true);
        var broken = new Stream();
        broken.send(2, TermIndex.valueOf(1, 4), entries(2, 5, 7));
        assertThat(broken.hasReply(2)).isFalse();
        var next = new Stream();
        next.send(2, TermIndex.valueOf(1, 4), entries(2, 5, 7));
        assertThat(next.hasReply(2)).isFalse();
        disk.countDown();
        next.expectSuccess(7);
        assertThat(lastOnDisk()).isEqualTo(7);
    }

    @Test
    void acknowledgesWhatItWroteAsTheLeaderOnlyOnceThatIsOnDisk() throws Exception {
        var first = new Voter(leader);
        var second = new Voter(other);
        start(true);
        AppendEntriesRequestProto own = first.sent.get(DEADLINE_SECONDS, TimeUnit.SECONDS);
        assertThat(second).isNotNull();
        long term = own.getLeaderTerm() + 1;
        var stream = new Stream();
        stream.send(term, own.getEntries(0));
        assertThat(stream.hasReply(term)).isFalse();
        disk.countDown();
        stream.expectSuccess(0);
        assertThat(lastOnDisk()).isZero();
    }

    @Test
    void votesOnlyOnceTheVoteIsOnDisk(@TempDir Path recorded) throws Exception {
        start(false);
        var vote = RequestVoteRequestProto.newBuilder()
                .setServerRequest(request())
                .setCandidateTerm(7)
                .setCandidateLastEntry(TermIndex.valueOf(6, 100).toProto())
                .build();
        var stub = RaftServerProtocolServiceGrpc.newBlockingStub(connect());
        List<RecordedEvent> syncs;
        try (var recording = new Recording()) {
            recording.enable("jdk.FileForce").withoutThreshold().withoutStackTrace();
            recording.start();
            assertThat(stub.requestVote(vote).getServerReply().getSuccess()).isTrue();
            recording.stop();
            recording.dump(recorded.resolve("events.jfr"));
            syncs = RecordingFile.readAllEvents(recorded.resolve("events.jfr"));
        }
        String names =
                division().getRaftStorage().getStorageDir().getCurrentDir().toString();
        assertThat(syncs)
                .filteredOn(each -> each.getEventType().getName().equals("jdk.FileForce")) // The JVM may add its own.
                .extracting(each -> each.getString("path"))
                .contains(names);
    }

    /// A node that votes for every candidate, and takes no entries.
    private final class Voter extends RaftServerProtocolServiceGrpc.RaftServerProtocolServiceImplBase {
        /// The first request with entries.
        private final CompletableFuture<AppendEntriesRequestProto> sent = new CompletableFuture<>();

        private final RaftPeerId id;

        Voter(Member member) throws IOException {
            id = RaftPeers.id(member);
            Server listening = NettyServerBuilder.forPort(member.address().port())
                    .addService(this)
                    .build()
                    .start();
            closers.add(listening::shutdownNow);
        }

        @Override
        public void requestVote(RequestVoteRequestProto request, StreamObserver<RequestVoteReplyProto> to) {
            RaftRpcRequestProto asked = request.getServerRequest();
            to.onNext(RequestVoteReplyProto.newBuilder()
                    .setServerReply(RaftRpcReplyProto.newBuilder()
                            .setRequestorId(asked.getRequestorId())
                            .setReplyId(id.toByteString())
                            .setRaftGroupId(asked.getRaftGroupId())
                            .setCallId(asked.getCallId())
                            .setSuccess(true))
                    .setTerm(request.getCandidateTerm())
                    .setLastEntry(request.getCandidateLastEntry())
                    .build());
            to.onCompleted();
        }

        @Override
        public StreamObserver<AppendEntriesRequestProto> appendEntries(StreamObserver<AppendEntriesReplyProto> to) {
            return new StreamObserver<>() {
                @Override
                public void onNext(AppendEntriesRequestProto request) {
                    if (request.getEntriesCount() > 0) sent.complete(request);
                }

                @Override
                public void onError(Throwable failed) {}

                @Override
                public void onCompleted() {
                    to.onCompleted();
                }
            };
        }
    }
}
