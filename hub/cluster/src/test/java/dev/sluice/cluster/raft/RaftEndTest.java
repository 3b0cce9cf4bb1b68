package dev.sluice.cluster.raft;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.cluster.peers.Member;
import dev.sluice.core.LoggedLines;
import dev.sluice.core.Ports;
import dev.sluice.core.cluster.NodeAddress;
import dev.sluice.core.replication.Order;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.logging.LogRecord;
import java.util.stream.Stream;
import org.apache.ratis.proto.RaftProtos.LogEntryProto;
import org.apache.ratis.proto.RaftProtos.StateMachineLogEntryProto;
import org.apache.ratis.protocol.ClientId;
import org.apache.ratis.protocol.RaftGroup;
import org.apache.ratis.protocol.RaftGroupId;
import org.apache.ratis.server.RaftServer;
import org.apache.ratis.server.raftlog.RaftLogBase;
import org.apache.ratis.server.storage.RaftStorage;
import org.apache.ratis.statemachine.impl.BaseStateMachine;
import org.apache.ratis.thirdparty.com.google.protobuf.ByteString;
import org.apache.ratis.util.LifeCycle;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

final class RaftEndTest {
    /// More terms than the segments of the Raft log that Ratis keeps in memory; each leader begins a segment.
    private static final int LEADERS = 10;

    @AutoClose
    private final LoggedLines warnings = new LoggedLines(RaftEnd.class);

    /// Only the warnings about this node, as other tests end servers at the same time.
    private Stream<LogRecord> warnings(String node) {
        return warnings.records().stream().filter(each -> each.getMessage().contains("node=" + node));
    }

    @Test
    void aServerThatDoesNotEndIsLeftBehindAndSaysWhereItIs() {
        var never = new CompletableFuture<Void>();
        RaftEnd.end("one-that-waits", never::join, Duration.ofMillis(50));
        assertThat(warnings("one-that-waits")).singleElement().satisfies(line -> {
            assertThat(line.getMessage()).contains("is abandoned");
            assertThat(line.getThrown().getSuppressed())
                    .singleElement()
                    .satisfies(thread -> assertThat(thread)
                            .hasMessageStartingWith("one-that-waits-end is ")
                            .hasStackTraceContaining("RaftEnd"));
        });
        never.complete(null);
    }

    @Test
    void aServerThatFailsToEndIsNamed() {
        RaftEnd.end(
                "one-that-fails",
                () -> {
                    throw new IOException("the disk is gone");
                },
                Duration.ofMinutes(1));
        assertThat(warnings("one-that-fails"))
                .singleElement()
                .satisfies(line -> assertThat(line.getThrown()).hasMessage("the disk is gone"));
    }

    /// The result does not depend on which of Ratis' threads is first.
    @Test
    @Timeout(60)
    void aServerEndsWhileAnotherLeaderBegins(@TempDir Path folder) throws Exception {
        Member self = member(Long.MAX_VALUE);
        var group = RaftGroupId.valueOf(UUID.randomUUID());
        RaftServer server = start(folder, self, group);
        var log = (RaftLogBase) server.getDivision(group).getRaftLog();
        for (int leader = 1; leader < LEADERS; leader++) append(log, leader);
        Thread evictor = threads(self)
                .filter(each -> each.getName().contains("-cacheEviction-"))
                .findAny()
                .orElseThrow();
        CompletableFuture<Void> ended;
        try (var _ = log.writeLock()) {
            ended = CompletableFuture.runAsync(() -> RaftEnd.end(server, group));
            // The evictor may wait for the lock since an earlier leader; the server's end waits for the evictor then.
            while (threads(self).noneMatch(each -> waitsIn(each, "close") || waitsIn(each, "checkAndEvictCache")))
                TimeUnit.MILLISECONDS.sleep(5);
            append(log, LEADERS);
            while (evictor.isAlive() && !waitsIn(evictor, "checkAndEvictCache")) TimeUnit.MILLISECONDS.sleep(5);
        }
        ended.join();
        assertThat(warnings(RaftPeers.id(self).toString())).isEmpty();
        assertThat(server.getLifeCycleState()).isEqualTo(LifeCycle.State.CLOSED);
    }

    /// Closes the server as Ratis does by itself, without a notification.
    @Test
    @Timeout(60)
    void aServerThatEndsByItselfStopsItsNode(@TempDir Path folder) throws Exception {
        try (var nodes = TestNodes.start(folder, 1, _ -> new Failing())) {
            assertThatThrownBy(() -> {
                        while (true) {
                            nodes.order(0).propose(new byte[1]);
                            nodes.order(0).maintain();
                            TimeUnit.MILLISECONDS.sleep(20);
                        }
                    })
                    .hasMessageStartingWith("Raft has ended on this node");
        }
    }

    /// A replica that can't apply anything.
    private static final class Failing implements Order.Listener {
        @Override
        public void placed(Order.Position at, long stampMs, byte[] proposal) {
            throw new IllegalStateException("no proposal can be applied here");
        }

        @Override
        public void leaderChanged() {}
    }

    private static Member member(long id) {
        return new Member(id, new NodeAddress("127.0.0.1", Ports.free()), true);
    }

    private static RaftServer start(Path folder, Member self, RaftGroupId group) throws IOException {
        List<Member> members = List.of(self, member(1));
        RaftServer server = RaftServer.newBuilder()
                .setServerId(RaftPeers.id(self))
                .setGroup(RaftGroup.valueOf(
                        group, members.stream().map(RaftPeers::peer).toList()))
                .setOption(RaftStorage.StartupOption.FORMAT)
                .setProperties(RaftSettings.of(folder, self))
                .setStateMachine(new BaseStateMachine())
                .build();
        server.start();
        return server;
    }

    private static void append(RaftLogBase log, int term) {
        var proposal = StateMachineLogEntryProto.newBuilder()
                .setCallId(term)
                .setClientId(ClientId.randomId().toByteString())
                .setLogData(ByteString.EMPTY);
        log.append(List.of(LogEntryProto.newBuilder()
                .setTerm(term)
                .setIndex(log.getNextIndex())
                .setStateMachineLogEntry(proposal)
                .build()));
    }

    private static Stream<Thread> threads(Member node) {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(each -> each.getName().startsWith(RaftPeers.id(node).toString()));
    }

    private static boolean waitsIn(Thread thread, String method) {
        return thread.getState() == Thread.State.WAITING
                && Stream.of(thread.getStackTrace())
                        .anyMatch(frame -> frame.getClassName().endsWith(".SegmentedRaftLog")
                                && frame.getMethodName().equals(method));
    }
}
