package dev.sluice.cluster.raft;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.cluster.peers.Member;
import dev.sluice.cluster.peers.NodeClient;
import dev.sluice.cluster.peers.TestNode;
import dev.sluice.core.cluster.NodeAddress;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

final class ProposalSenderTest {
    @AutoClose
    private final NodeClient client = new NodeClient(TestNode.TOKEN, null);

    @AutoClose
    private final ProposalSender sender = new ProposalSender(new RatisOrder(
            new Member(1, new NodeAddress("127.0.0.1", 9_420), true), UUID.randomUUID(), client, null, () -> {}));

    private final byte[] first = {1};
    private final byte[] second = {1};

    @Test
    void doesNotTakeAProposalThatWaitsAlready() {
        for (int i = 0; i < 3; i++) {
            sender.send(first);
            sender.send(second);
        }
        assertThat(sender.proposals()).isEqualTo(2);
    }

    /// A node that can't reach the leader for an hour must not carry out then what its clients gave up.
    @Test
    void dropsWhatIsNotRepeated() {
        sender.send(first);
        sender.send(second);
        for (int i = 0; i < 3; i++) sender.repeat(List.of(new byte[] {2}, second));
        assertThat(sender.proposals()).isEqualTo(2);
    }
}
