package dev.sluice.cluster.raft;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.cluster.peers.Member;
import dev.sluice.cluster.peers.NodeClient;
import dev.sluice.cluster.peers.TestNode;
import dev.sluice.core.cluster.NodeAddress;
import java.util.UUID;
import org.junit.jupiter.api.Test;

final class ProposalSenderTest {
    @Test
    void doesNotTakeAProposalThatWaitsAlready() {
        var member = new Member(1, new NodeAddress("127.0.0.1", 9_420), true);
        try (var client = new NodeClient(TestNode.TOKEN, null);
                var sender = new ProposalSender(new RatisOrder(member, UUID.randomUUID(), client, null, () -> {}))) {
            byte[] first = {1};
            byte[] second = {1};
            for (int i = 0; i < 3; i++) {
                sender.send(first);
                sender.send(second);
            }
            assertThat(sender.proposals()).isEqualTo(2);
        }
    }
}
