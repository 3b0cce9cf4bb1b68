package dev.sluice.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.core.replication.Order;
import dev.sluice.storage.NodeAddress;
import java.io.IOException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.apache.ratis.proto.RaftProtos.RoleInfoProto;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ReplicaStateMachineTest {
    @TempDir
    Path folder;

    private final List<String> ended = new ArrayList<>();
    private final NodeClient client = new NodeClient(TestNodes.TOKEN, null);
    private ReplicaStateMachine machine;

    @AfterEach
    void close() {
        client.close();
    }

    @BeforeEach
    void open() throws IOException {
        var member = new Member(1, new NodeAddress("127.0.0.1", 9_420), true);
        var order = new RatisOrder(member, UUID.randomUUID(), client, null, () -> {});
        var clock = new OrderClock(InstantSource.system(), System::nanoTime, new OffsetFile(folder));
        machine = new ReplicaStateMachine(new End(ended), clock, new ProposalSender(order), Order.Position.NONE);
    }

    private record End(List<String> ended) implements ReplicaEnd {
        @Override
        public void placed(Order.Position at, long stampMs, byte[] proposal) {
            throw new AssertionError("nothing is placed here");
        }

        @Override
        public void leaderChanged() {
            throw new AssertionError("nobody leads here");
        }

        @Override
        public Order.Position saved() {
            return Order.Position.NONE;
        }

        @Override
        public String failure() {
            return null;
        }

        @Override
        public void save() {}

        @Override
        public Set<Long> nodesWithLease() {
            return Set.of();
        }

        @Override
        public void needsCopy() {
            throw new AssertionError("nothing is cut off here");
        }

        @Override
        public void orderEnded(String reason) {
            ended.add(reason);
        }
    }

    @Test
    void aLogThatCantBeWrittenEndsTheNode() {
        machine.notifyLogFailed(new IOException("No space left on device"), null);
        assertThat(ended).singleElement().asString().contains("No space left on device");
    }

    @Test
    void anEndOfRaftByItselfEndsTheNode() {
        machine.notifyServerShutdown(RoleInfoProto.getDefaultInstance(), true);
        assertThat(ended).singleElement().asString().contains("start this node again");
    }

    @Test
    void anEndOnPurposeIsNoFailure() {
        machine.closing();
        machine.notifyServerShutdown(RoleInfoProto.getDefaultInstance(), true);
        assertThat(ended).isEmpty();
    }

    @Test
    void aDiskThatIsNearlyFullEndsTheNode() {
        new DiskCheck(() -> DiskCheck.FREE_BYTES_MIN, new End(ended)).look();
        assertThat(ended).isEmpty();
        new DiskCheck(() -> DiskCheck.FREE_BYTES_MIN - 1, new End(ended)).look();
        assertThat(ended).singleElement().asString().contains("63 MiB left");
    }
}
