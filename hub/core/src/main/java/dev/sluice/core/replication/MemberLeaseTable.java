package dev.sluice.core.replication;

import dev.sluice.core.channel.ChannelName;
import dev.sluice.core.log.AppendResult;
import dev.sluice.core.presence.MemberKey;
import dev.sluice.core.presence.MemberLeases;
import dev.sluice.core.sequencer.Sequencer;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// The nodes that hold each member, the same on all nodes at each index of the order. The first hold of a member
/// places its event in the channel's shadow, the last release ends its key; a client on two nodes is one member,
/// and moving from one node to another writes nothing.
///
/// Part of a [Replica]; like it, for one thread at a time.
final class MemberLeaseTable {
    /// The id, on all nodes, for the server that wrote the log before there was a cluster.
    static final long SINGLE_SERVER = 0;

    private final MemberLeaseStore store;
    private final Map<MemberKey, HeldMember> members = new HashMap<>();
    private final Map<Long, Lease> leases = new TreeMap<>();

    /// The members of each node, sorted: those of a node that is gone are released in this order on all nodes.
    private final Map<Long, NavigableSet<MemberKey>> held = new HashMap<>();

    private int holds;

    /// Members who joined or left since the last [#takeChanges].
    private List<HeldMember> changes = new ArrayList<>();

    MemberLeaseTable(MemberLeaseStore store) {
        this.store = store;
        store.restore(new MemberLeaseStore.Consumer() {
            @Override
            public void member(HeldMember member) {
                put(member);
            }

            @Override
            public void lease(long node, Lease lease) {
                leases.put(node, lease);
            }
        });
    }

    /// Takes over the members of a log that a single server wrote, with which the order begins: they linger as
    /// if held by a node that is gone. Discards the members that the table has, because they are from another
    /// order.
    ///
    /// @param found in any order
    void adopt(Collection<HeldMember> found, long lingerMs) {
        List<HeldMember> former = new ArrayList<>();
        for (HeldMember each : members.values()) {
            former.add(new HeldMember(each.key(), each.position(), each.timeMs(), List.of()));
        }
        former.forEach(this::put);
        store.write(former);
        if (found.isEmpty()) return;
        found.forEach(this::put);
        store.write(found);
        put(SINGLE_SERVER, new Lease(1, lingerMs, 0, false));
    }

    @Nullable
    HeldMember find(MemberKey key) {
        return members.get(key);
    }

    /// The number of members on all nodes.
    int members() {
        return members.size();
    }

    /// The number of holds: a member counts once for each of its nodes.
    int holds() {
        return holds;
    }

    Lease lease(long node) {
        return leases.getOrDefault(node, Lease.NONE);
    }

    /// The nodes whose leases are in force.
    Set<Long> nodesWithLease() {
        return leases.entrySet().stream()
                .filter(each -> each.getValue().isInForce())
                .map(Map.Entry::getKey)
                .collect(Collectors.toSet());
    }

    /// The members that a node holds.
    Set<MemberKey> heldBy(long node) {
        return new HashSet<>(held.getOrDefault(node, new TreeSet<>()));
    }

    /// The whole table as text, equal on all nodes at an index.
    @Override
    public String toString() {
        return "leases " + leases + " members " + list();
    }

    /// A sum over the numbers of all leases, which grows with each change of one.
    long leases() {
        long sum = 0;
        for (Lease each : leases.values()) sum += 2 * each.number() + (each.isInForce() ? 0 : 1);
        return sum;
    }

    /// All members, in the order in which they joined.
    List<HeldMember> list() {
        List<HeldMember> all = new ArrayList<>(members.values());
        all.sort(Comparator.comparingLong(HeldMember::position));
        return all;
    }

    /// The leases that have ended, of nodes that still hold members.
    Map<Long, Lease> ended() {
        Map<Long, Lease> ended = new TreeMap<>();
        leases.forEach((node, lease) -> {
            if (!lease.isInForce() && held.containsKey(node)) ended.put(node, lease);
        });
        return ended;
    }

    /// Takes the members that joined, and those that left because no node holds them, in the order of these
    /// changes.
    List<HeldMember> takeChanges() {
        if (changes.isEmpty()) return List.of();
        List<HeldMember> taken = changes;
        changes = new ArrayList<>();
        return taken;
    }

    long begin(MemberLeaseCommand.BeginLease command) {
        Lease next = lease(command.node()).next(command.lingerMs(), command.membersMax());
        put(command.node(), next);
        return next.number();
    }

    boolean end(MemberLeaseCommand.EndLease command) {
        Lease lease = lease(command.node());
        if (lease.number() != command.lease() || !lease.isInForce()) return false;
        put(command.node(), lease.ended());
        return true;
    }

    private void put(long node, Lease lease) {
        leases.put(node, lease);
        store.write(node, lease);
    }

    MemberLeases.Outcome change(MemberLeaseCommand.ChangeHolds command, Sequencer sequencer, long nowMs) {
        Lease lease = lease(command.node());
        if (lease.number() != command.lease() || !lease.isInForce()) return new MemberLeases.Outcome.Fenced();
        MemberLeaseStep step = new MemberLeaseStep(this, nowMs);
        for (MemberLeases.Change each : command.changes()) {
            if (!each.isHeld()) step.release(new MemberKey(command.channel(), each.client()), command.node());
        }
        Set<String> leftOut = new HashSet<>();
        for (MemberLeases.Change each : command.changes()) {
            MemberKey key = new MemberKey(command.channel(), each.client());
            if (each.isHeld() && !step.hold(key, command.node(), lease.membersMax())) leftOut.add(each.client());
        }
        AppendResult refusal = step.place(sequencer);
        if (refusal != null) return new MemberLeases.Outcome.Refused(refusal);
        apply(step.changed());
        return new MemberLeases.Outcome.Placed(false, nowMs, leftOut);
    }

    boolean release(MemberLeaseCommand.ReleaseEnded command, Sequencer sequencer, long nowMs) {
        Lease lease = lease(command.node());
        if (lease.number() != command.lease() || lease.isInForce()) return false;
        Map<ChannelName, MemberLeaseStep> steps = new LinkedHashMap<>();
        held.getOrDefault(command.node(), new TreeSet<>()).stream()
                .limit(command.max())
                .forEach(key -> steps.computeIfAbsent(key.channel(), channel -> new MemberLeaseStep(this, nowMs))
                        .release(key, command.node()));
        for (MemberLeaseStep each : steps.values()) {
            // A shadow accepts the end of a key unless it keeps nothing and there are too many channels. In that
            // case it has no event of the member that would need an end.
            each.place(sequencer);
            apply(each.changed());
        }
        return held.containsKey(command.node());
    }

    private void apply(Collection<HeldMember> changed) {
        if (changed.isEmpty()) return;
        for (HeldMember each : changed) {
            HeldMember before = put(each);
            if (before == null || each.nodes().isEmpty()) changes.add(each);
        }
        store.write(changed);
    }

    private @Nullable HeldMember put(HeldMember member) {
        MemberKey key = member.key();
        HeldMember before = member.nodes().isEmpty() ? members.remove(key) : members.put(key, member);
        List<Long> nodesBefore = before == null ? List.of() : before.nodes();
        for (long node : nodesBefore) if (!member.nodes().contains(node)) remove(node, key);
        for (long node : member.nodes()) {
            if (!nodesBefore.contains(node)) {
                held.computeIfAbsent(node, first -> new TreeSet<>()).add(key);
            }
        }
        holds += member.nodes().size() - nodesBefore.size();
        return before;
    }

    private void remove(long node, MemberKey key) {
        NavigableSet<MemberKey> ofNode = held.getOrDefault(node, new TreeSet<>());
        ofNode.remove(key);
        if (ofNode.isEmpty()) held.remove(node);
    }
}
