package dev.sluice.cluster;

import dev.sluice.cluster.peers.Member;
import dev.sluice.cluster.peers.NodeClient;
import dev.sluice.cluster.peers.NodeResponses;
import dev.sluice.cluster.peers.NodeStatus;
import dev.sluice.cluster.tls.NodeTls;
import dev.sluice.core.cluster.ClusterOperator;
import dev.sluice.core.cluster.ClusterRejectedException;
import dev.sluice.core.cluster.ClusterReport;
import dev.sluice.core.cluster.ClusterSettings;
import dev.sluice.core.cluster.NodeAddress;
import dev.sluice.core.cluster.NodeReport;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/// Queries and changes the nodes of a cluster for an operator. It is not a node itself.
final class AdminClient implements ClusterOperator {
    /// The number of attempts covers the duration of several elections.
    private static final int ATTEMPTS = 20;

    private static final long PAUSE_MS = 250;

    private final ClusterSettings settings;
    private final NodeClient client;

    /// @throws IOException if the node's certificate can't be used
    AdminClient(ClusterSettings settings) throws IOException {
        this.settings = settings;
        client = new NodeClient(settings.token(), NodeTls.of(settings));
    }

    @Override
    public ClusterReport report() throws IOException, InterruptedException {
        NodeResponses answers = ask();
        List<NodeReport> nodes = new ArrayList<>();
        List<Member> members = answers.members();
        for (Member each : members) nodes.add(answers.report(each.address(), each));
        Set<NodeAddress> reported = members.stream().map(Member::address).collect(Collectors.toSet());
        for (NodeAddress each : settings.addresses()) {
            if (!reported.contains(each)) nodes.add(answers.report(each, null));
        }
        nodes.sort(Comparator.comparing(NodeReport::address));
        return new ClusterReport(nodes);
    }

    /// Asks the configured nodes and the nodes that they name.
    private NodeResponses ask() throws IOException, InterruptedException {
        var answers = new NodeResponses();
        ask(settings.addresses(), answers);
        if (answers.given.isEmpty()) {
            throw new IOException("no node of the cluster answers: "
                    + answers.missing.entrySet().stream()
                            .map(each -> each.getKey() + " (" + each.getValue() + ")")
                            .collect(Collectors.joining(", ")));
        }
        Set<NodeAddress> named = new HashSet<>();
        for (NodeStatus each : answers.given.values()) each.members().forEach(member -> named.add(member.address()));
        named.removeAll(settings.addresses());
        ask(List.copyOf(named), answers);
        return answers;
    }

    private void ask(List<NodeAddress> addresses, NodeResponses answers) throws InterruptedException {
        for (NodeAddress each : addresses) {
            try {
                answers.given.put(each, client.status(Member.requestAddress(each)));
            } catch (IOException failed) {
                String why = failed.getMessage();
                answers.missing.put(each, why == null ? "it does not answer" : why);
            }
        }
    }

    @Override
    public void remove(String node) throws IOException, InterruptedException {
        change(leader -> client.remove(leader, node));
    }

    @Override
    public void lead(String node) throws IOException, InterruptedException {
        change(leader -> client.lead(leader, node));
    }

    /// A change that only the leader can make.
    private interface Change {
        void by(String leader) throws IOException, InterruptedException;
    }

    private void change(Change change) throws IOException, InterruptedException {
        for (int attempt = 1; ; attempt++) {
            NodeStatus leader = ask().leader(); // Not retried: if no node answers now, none will in a moment.
            try {
                if (leader == null || leader.problem() != null) {
                    throw new IOException("the cluster has no leader that works");
                }
                change.by(Member.requestAddress(NodeAddress.parse(leader.address())));
                return;
            } catch (ClusterRejectedException refused) {
                throw refused;
            } catch (IOException failed) {
                if (attempt == ATTEMPTS) throw failed;
            }
            Thread.sleep(PAUSE_MS);
        }
    }

    @Override
    public void close() {
        client.close();
    }
}
