package dev.sluice.cluster;

import dev.sluice.core.peers.ReplicationStatus.Role;
import dev.sluice.storage.ClusterOperator;
import dev.sluice.storage.ClusterRefusal;
import dev.sluice.storage.ClusterReport;
import dev.sluice.storage.ClusterSettings;
import dev.sluice.storage.NodeAddress;
import dev.sluice.storage.NodeReport;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// Asks the nodes of a cluster what an operator wants to know. It is no node itself.
final class NodesOperator implements ClusterOperator {
    /// As long as some elections take.
    private static final int ATTEMPTS = 20;

    private static final long PAUSE_MS = 250;

    private final ClusterSettings settings;
    private final NodeClient client;

    /// @throws IOException if the node's certificate can't be used
    NodesOperator(ClusterSettings settings) throws IOException {
        this.settings = settings;
        client = new NodeClient(settings.token(), NodeTls.of(settings));
    }

    /// The answers of nodes, and why others have none.
    static final class Answers {
        final Map<NodeAddress, NodeStatus> given = new LinkedHashMap<>();
        final Map<NodeAddress, String> missing = new LinkedHashMap<>();

        /// The leader. One that was deposed and does not know it yet has an older term.
        @Nullable
        NodeStatus leader() {
            return given.values().stream()
                    .filter(each -> "leader".equals(each.role()))
                    .max(Comparator.comparingLong(NodeStatus::term))
                    .orElse(null);
        }

        /// The cluster's nodes, as the leader knows them, or else the node that knows most of the order.
        List<Member> members() {
            NodeStatus leader = leader();
            if (leader != null) return leader.members();
            return given.values().stream()
                    .max(Comparator.comparingLong(NodeStatus::term).thenComparingLong(NodeStatus::commit))
                    .map(NodeStatus::members)
                    .orElse(List.of());
        }
    }

    @Override
    public ClusterReport report() throws IOException, InterruptedException {
        Answers answers = ask();
        List<NodeReport> nodes = new ArrayList<>();
        List<Member> members = answers.members();
        for (Member each : members) nodes.add(report(each.address(), each, answers));
        Set<NodeAddress> reported = members.stream().map(Member::address).collect(Collectors.toSet());
        for (NodeAddress each : settings.addresses()) {
            if (!reported.contains(each)) nodes.add(report(each, null, answers));
        }
        nodes.sort(Comparator.comparing(NodeReport::address));
        return new ClusterReport(nodes);
    }

    /// Asks the configured nodes, and those that they name.
    private Answers ask() throws IOException, InterruptedException {
        var answers = new Answers();
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

    private void ask(List<NodeAddress> addresses, Answers answers) throws InterruptedException {
        for (NodeAddress each : addresses) {
            try {
                answers.given.put(each, client.status(Member.requestAddress(each)));
            } catch (IOException failed) {
                String why = failed.getMessage();
                answers.missing.put(each, why == null ? "it does not answer" : why);
            }
        }
    }

    /// @param member null: the node is none of the cluster's
    static NodeReport report(NodeAddress address, @Nullable Member member, Answers answers) {
        NodeStatus status = answers.given.get(address);
        String id = member == null
                ? status == null ? null : status.id()
                : member.peerId().toString();
        if (status == null) {
            String why = answers.missing.getOrDefault(address, "it does not answer");
            return new NodeReport(address.toString(), id, member != null, null, 0, 0, 0, -1, why);
        }
        NodeStatus leader = answers.leader();
        return new NodeReport(
                address.toString(),
                id,
                member != null,
                role(status, member),
                status.term(),
                status.commit(),
                status.applied(),
                leader == null ? -1 : Math.max(0, leader.commit() - status.applied()),
                problem(status, member, leader));
    }

    /// Ratis calls a listener a follower, too, at times.
    private static @Nullable Role role(NodeStatus status, @Nullable Member member) {
        if (status.role() == null) return null;
        if (member != null && !member.votes()) return Role.LISTENER;
        return Role.valueOf(status.role().toUpperCase(Locale.ROOT));
    }

    private static @Nullable String problem(NodeStatus status, @Nullable Member member, @Nullable NodeStatus leader) {
        if (member != null && !member.peerId().toString().equals(status.id())) {
            return "the node at this address has another folder, with the id " + status.id();
        }
        if (leader != null && leader.cluster() != null && !leader.cluster().equals(status.cluster())) {
            return status.cluster() == null ? "it belongs to no cluster yet" : "it belongs to another cluster";
        }
        return switch (status.state()) {
            case NEW -> "it looks for its cluster";
            case JOINING -> "it gets a copy of the cluster's log";
            case MEMBER -> member == null ? "it is not one of the cluster's" : status.problem();
        };
    }

    @Override
    public void remove(String node) throws IOException, InterruptedException {
        change(leader -> client.remove(leader, node));
    }

    @Override
    public void lead(String node) throws IOException, InterruptedException {
        change(leader -> client.lead(leader, node));
    }

    /// Something that only the leader can do.
    private interface Change {
        void by(String leader) throws IOException, InterruptedException;
    }

    private void change(Change change) throws IOException, InterruptedException {
        for (int attempt = 1; ; attempt++) {
            NodeStatus leader = ask().leader(); // If no node answers, none will in a moment.
            try {
                if (leader == null || leader.problem() != null) {
                    throw new IOException("the cluster has no leader that works");
                }
                change.by(Member.requestAddress(NodeAddress.parse(leader.address())));
                return;
            } catch (ClusterRefusal refused) {
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
