package dev.sluice.cluster.kafka;

import dev.sluice.cluster.order.Leader;
import dev.sluice.cluster.order.Voters;
import dev.sluice.cluster.peers.Member;
import dev.sluice.cluster.peers.NodeClient;
import dev.sluice.cluster.peers.NodeStatus;
import dev.sluice.core.cluster.ClusterSettings;
import dev.sluice.core.cluster.NodeAddress;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// The nodes of a cluster without elections. Each node asks all others that it knows for their status. A node
/// never forgets the nodes of its configuration; it remembers the nodes that introduced themselves for as
/// long as they answer.
///
/// The healthy node with the lowest id among those that answer leads. For a while, two nodes or none may
/// consider themselves the leader. This is harmless: a leader only makes the proposals that are due by time,
/// and duplicates have no effect.
final class NodeWatch implements AutoCloseable {
    /// A node that has not answered for this time does not lead.
    private static final long HEARD_NS = TimeUnit.SECONDS.toNanos(5);

    /// A node that has not answered for this time is lost, until it answers again.
    private static final long LOST_NS = TimeUnit.SECONDS.toNanos(10);

    /// The time after which a silent node that is only in another node's configuration is forgotten.
    private static final long FORGOTTEN_NS = TimeUnit.MINUTES.toNanos(5);

    /// The maximum duration of a round. Nodes that take longer are asked again in the next one.
    static final Duration LOOK_MAX = Duration.ofSeconds(2);

    private final Member self;
    private final String cluster;
    private final Set<NodeAddress> configured;
    private final NodeClient client;
    private final Supplier<@Nullable String> problem;
    private final Duration lookMax;
    private final LongSupplier nanoTime;
    private final long startedNs;
    private final Map<NodeAddress, Other> others = new ConcurrentHashMap<>();

    /// The time at which each id answered last, at any address.
    private final Map<Long, Long> answeredNs = new ConcurrentHashMap<>();

    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();

    /// Another node.
    ///
    /// @param id      null if it has not answered yet
    /// @param heardNs when it answered or introduced itself; 0 if never
    /// @param leads   whether it was able to lead when it answered
    private record Other(@Nullable Long id, long heardNs, boolean leads) {}

    /// @param cluster  the id of the cluster
    /// @param problem  supplies the reason why this node can't lead, or null if it can
    /// @param lookMax  how long the others have to answer in one round
    /// @param nanoTime the time, like [System#nanoTime]
    NodeWatch(
            Member self,
            String cluster,
            ClusterSettings settings,
            NodeClient client,
            Supplier<@Nullable String> problem,
            Duration lookMax,
            LongSupplier nanoTime) {
        this.self = self;
        this.cluster = cluster;
        this.client = client;
        this.problem = problem;
        this.lookMax = lookMax;
        this.nanoTime = nanoTime;
        startedNs = nanoTime.getAsLong();
        configured = Set.copyOf(settings.others());
        for (NodeAddress each : configured) others.put(each, new Other(null, 0, false));
    }

    /// Asks all nodes. Blocks for at most [#lookMax].
    void look() throws InterruptedException {
        List<Callable<Void>> questions = new ArrayList<>();
        for (NodeAddress each : others.keySet()) {
            questions.add(() -> {
                ask(each);
                return null;
            });
        }
        threads.invokeAll(questions, lookMax.toMillis(), TimeUnit.MILLISECONDS);
        long nowNs = nanoTime.getAsLong();
        others.entrySet()
                .removeIf(
                        each -> !configured.contains(each.getKey()) && nowNs - each.getValue().heardNs > FORGOTTEN_NS);
    }

    private void ask(NodeAddress address) throws InterruptedException {
        try {
            NodeStatus status = client.status(Member.requestAddress(address));
            if (!cluster.equals(status.cluster()) || status.id() == null) return;
            long id = Long.parseUnsignedLong(status.id(), 16);
            boolean leads = status.state() == NodeStatus.State.MEMBER && status.problem() == null;
            note(address, new Other(id, nanoTime.getAsLong(), leads));
            for (Member each : status.members()) introduce(each);
            boolean isKnown = status.members().stream().anyMatch(each -> each.id() == self.id());
            if (!isKnown && status.state() == NodeStatus.State.MEMBER)
                client.join(Member.requestAddress(address), self);
        } catch (IOException _) {
            // The age of its last answer shows that it is away.
        }
    }

    private void note(NodeAddress address, Other other) {
        others.put(address, other);
        if (other.id != null) answeredNs.put(other.id, other.heardNs);
    }

    /// Adds a node that introduced itself, or that another node knows.
    void introduce(Member member) {
        if (member.id() == self.id() || member.address().equals(self.address())) return;
        others.computeIfAbsent(member.address(), _ -> new Other(null, nanoTime.getAsLong(), false));
    }

    /// The nodes whose ids are known, including this one.
    List<Member> members() {
        Stream<Member> known = others.entrySet().stream()
                .filter(each -> each.getValue().id != null)
                .map(each -> new Member(idOf(each.getValue()), each.getKey(), true));
        return Stream.concat(Stream.of(self), known)
                .sorted(Comparator.comparing(each -> each.address().toString()))
                .toList();
    }

    /// Whether the ids of all nodes are known, so that no node has another one.
    boolean knowsAll() {
        return others.values().stream().allMatch(each -> each.id != null);
    }

    private static long idOf(Other other) {
        if (other.id == null) throw new IllegalStateException("no id");
        return other.id;
    }

    /// The nodes whose digests are compared: all nodes that this one knows, whether they answer or not.
    Voters voters() {
        return new Voters(others.keySet().stream().map(Member::requestAddress).collect(Collectors.toSet()), true);
    }

    /// The leader, as far as this node knows.
    Leader leader() {
        long nowNs = nanoTime.getAsLong();
        boolean leads = problem.get() == null;
        long lowest = leads ? self.id() : 0;
        Leader leader = leads ? Leader.SELF : Leader.NONE;
        for (Map.Entry<NodeAddress, Other> each : others.entrySet()) {
            Other other = each.getValue();
            if (other.id == null || !other.leads || nowNs - other.heardNs > HEARD_NS) continue;
            if (leader instanceof Leader.None || Long.compareUnsigned(other.id, lowest) < 0) {
                lowest = other.id;
                leader = new Leader.Other(Member.requestAddress(each.getKey()));
            }
        }
        return leader;
    }

    /// Those of the given nodes that count as lost.
    List<Long> lost(Set<Long> nodes) {
        long nowNs = nanoTime.getAsLong();
        Map<Long, Long> heard = new HashMap<>(answeredNs);
        return nodes.stream()
                .filter(each -> each != self.id())
                .filter(each -> nowNs - heard.getOrDefault(each, startedNs) > LOST_NS)
                .toList();
    }

    @Override
    public void close() {
        threads.shutdownNow();
    }
}
