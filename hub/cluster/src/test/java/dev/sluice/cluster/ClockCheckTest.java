package dev.sluice.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.cluster.peers.Member;
import dev.sluice.cluster.peers.NodeClient;
import dev.sluice.cluster.peers.NodeServer;
import dev.sluice.cluster.peers.TestNode;
import dev.sluice.core.LoggedLines;
import dev.sluice.core.Ports;
import dev.sluice.core.cluster.NodeAddress;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/// Compares the clock of a node with those of others over sockets. Time stands still, so that the result does
/// not depend on the duration of a request.
final class ClockCheckTest {
    private static final long NOW_MS = 1_700_000_000_000L;

    private final List<NodeServer> servers = new ArrayList<>();
    private final Node node = new Node();
    private final NodeClient client = TestNode.client();
    private final ClockCheck check = new ClockCheck(node, client);

    @AutoClose
    private final LoggedLines warnings = new LoggedLines(ClockCheck.class);

    /// The node whose clock is compared.
    private static final class Node implements ClockCheck.Self {
        private final List<String> others = new ArrayList<>();
        private boolean leads = true;
        private Duration ahead;

        @Override
        public long timeMs() {
            return NOW_MS;
        }

        @Override
        public List<String> others() {
            return others;
        }

        @Override
        public boolean keepsTime() {
            return leads;
        }

        @Override
        public void isAhead(Duration ofMedian) {
            ahead = ofMedian;
        }
    }

    @AfterEach
    void close() {
        servers.forEach(NodeServer::close);
        check.close();
        client.close();
    }

    /// Starts other nodes whose clocks are ahead of the node's by these milliseconds.
    private void others(long... aheadMs) throws IOException {
        servers.forEach(NodeServer::close);
        servers.clear();
        node.others.clear();
        for (long each : aheadMs) {
            var address = new NodeAddress("127.0.0.1", Ports.free());
            servers.add(NodeServer.start(address, TestNode.TOKEN, null, new TestNode() {
                @Override
                public long timeMs() {
                    return NOW_MS + each;
                }
            }));
            node.others.add(Member.requestAddress(address));
        }
    }

    private void assertAheadMs(long expected) {
        check.look();
        assertThat(node.ahead).isEqualTo(Duration.ofMillis(expected));
    }

    @Test
    void isComparedWithTheMedianOfAllThatAnswer() throws IOException {
        assertAheadMs(0);
        others(-7_000, -6_000);
        assertAheadMs(6_000);
        others(100_000, -200);
        assertAheadMs(0);
        others(2_000);
        assertAheadMs(-1_000);
        others(300, 400, 500, 600);
        assertAheadMs(-400);
        servers.get(0).close();
        servers.get(1).close();
        assertAheadMs(-500);
    }

    @Test
    void isWarnedOfOnceWhileItIsFarFromTheOthersAndTheNodeLeads() throws IOException {
        others(-5_000, -5_000);
        check.look();
        assertThat(warnings.lines()).isEmpty();
        others(-5_001, -5_001);
        node.leads = false;
        check.look();
        assertThat(warnings.lines()).isEmpty();
        node.leads = true;
        check.look();
        check.look();
        assertThat(warnings.lines()).singleElement().asString().contains("ahead=5.001s");
        others(0, 0);
        check.look();
        others(60_000, 60_000);
        check.look();
        assertThat(warnings.lines()).hasSize(2).last().asString().contains("ahead=-60.0s");
    }
}
