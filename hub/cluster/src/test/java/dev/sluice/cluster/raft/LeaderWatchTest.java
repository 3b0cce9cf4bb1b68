package dev.sluice.cluster.raft;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.cluster.peers.Member;
import dev.sluice.cluster.peers.NodeClient;
import dev.sluice.cluster.peers.NodeServer;
import dev.sluice.cluster.peers.TestNode;
import dev.sluice.core.Ports;
import dev.sluice.core.cluster.NodeAddress;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// A node that watches its leader over sockets, and the nodes that could follow it.
final class LeaderWatchTest {
    private final List<NodeServer> servers = new ArrayList<>();
    private final NodeClient client = TestNode.client();
    private final Node node = new Node();
    private final LeaderWatch watch = new LeaderWatch(node, client);

    /// The node that watches.
    private static final class Node implements LeaderWatch.Self {
        private final BlockingQueue<String> asked = new LinkedBlockingQueue<>();
        private final List<String> voters = new ArrayList<>();
        private final CountDownLatch looked = new CountDownLatch(1);
        private volatile String leader;

        @Override
        public String leader() {
            String now = leader;
            looked.countDown();
            return now;
        }

        @Override
        public String address() {
            return "127.0.0.1:5";
        }

        @Override
        public List<String> voters() {
            return voters;
        }

        @Override
        public long last() {
            return 100;
        }

        @Override
        public void askForVotes(String gone) {
            leader = null;
            asked.add(gone);
        }
    }

    /// Starts another node that votes.
    ///
    /// @param last the last index of its log
    private String voter(long last) throws Exception {
        var address = new NodeAddress("127.0.0.1", Ports.free());
        servers.add(NodeServer.start(address, TestNode.TOKEN, null, new TestNode() {
            @Override
            public long last() {
                return last;
            }
        }));
        String voter = Member.requestAddress(address);
        node.voters.add(voter);
        awaitAnswer(voter);
        return voter;
    }

    /// On a busy machine, the first answer may take longer than nodes wait.
    private void awaitAnswer(String voter) throws InterruptedException {
        for (long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(60); System.nanoTime() < end; ) {
            try {
                client.last(voter);
                return;
            } catch (IOException _) {
                Thread.onSpinWait();
            }
        }
        throw new AssertionError(voter + " does not answer");
    }

    @AfterEach
    void close() {
        watch.close();
        servers.forEach(NodeServer::close);
        client.close();
    }

    @Test
    void asksForVotesAtOnceWhenTheLeadersProcessIsGone() throws Exception {
        node.leader = voter(100);
        voter(99);
        watch.start();
        String leader = node.leader;
        awaitAnswer(leader);
        assertThat(node.asked).isEmpty();
        servers.getFirst().close();
        assertThat(node.asked.poll(60, TimeUnit.SECONDS)).isEqualTo(leader);
    }

    /// Like a node that is cut off, whose connections may never end.
    @Test
    void watchesTheNextLeaderAlsoIfTheFormerOneDoesNotEnd() throws Exception {
        node.leader = voter(99);
        String next = voter(99);
        watch.start();
        assertThat(node.looked.await(60, TimeUnit.SECONDS)).isTrue(); // It watches the former one from now on.
        node.leader = next;
        servers.getLast().close();
        assertThat(node.asked.poll(60, TimeUnit.SECONDS)).isEqualTo(next);
    }

    @Test
    void leavesTheElectionToTheNodeWithTheLongestLogAndTheLowestAddress() throws Exception {
        voter(101);
        watch.replace("127.0.0.1:1");
        assertThat(node.asked).isEmpty();
        node.voters.clear();
        voter(100); // Its address comes before, as ports of five digits do.
        watch.replace("127.0.0.1:1");
        assertThat(node.asked).isEmpty();
        node.voters.clear();
        voter(99);
        watch.replace("127.0.0.1:1");
        assertThat(node.asked).hasSize(1);
    }

    @Test
    void asksForVotesAlsoIfOthersDoNotAnswer() throws Exception {
        voter(200);
        servers.getFirst().close();
        watch.replace("127.0.0.1:1");
        assertThat(node.asked).hasSize(1);
    }

    @Test
    void doesNothingOnANodeThatDoesNotVote() throws Exception {
        watch.replace("127.0.0.1:1");
        assertThat(node.asked).isEmpty();
    }
}
