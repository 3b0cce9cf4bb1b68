package dev.sluice.core.replication;

import dev.sluice.core.channel.ChannelName;
import dev.sluice.core.cursor.Cursor;
import dev.sluice.core.log.Appended;
import dev.sluice.core.log.Publication;
import dev.sluice.core.presence.Holds;
import dev.sluice.core.presence.MemberKey;
import dev.sluice.core.presence.Shadow;
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
import org.jspecify.annotations.Nullable;

/// The nodes that hold each member, the same on all nodes at each index of the order. The first hold of a member places
/// its event in the channel's [Shadow], the last release ends its key; a client on two nodes is one member, and moving
/// from one node to another writes nothing.
///
/// Part of a [Replica], and like it for one thread at a time.
final class HoldTable {
    private final HoldStore store;
    private final Map<MemberKey, HeldMember> members = new HashMap<>();
    private final Map<Long, Lease> leases = new TreeMap<>();

    /// The members of each node, sorted: those of a node that is gone are released in this order on all nodes.
    private final Map<Long, NavigableSet<MemberKey>> held = new HashMap<>();

    private int holds;

    /// Members who came or went since the last [#takeChanges].
    private List<HeldMember> changes = new ArrayList<>();

    HoldTable(HoldStore store) {
        this.store = store;
        store.restore(new HoldStore.Consumer() {
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

    /// Members, on whatever nodes.
    int members() {
        return members.size();
    }

    /// Holds: a member counts once for each of its nodes.
    int holds() {
        return holds;
    }

    Lease lease(long node) {
        return leases.getOrDefault(node, Lease.NONE);
    }

    /// The members that a node holds.
    Set<MemberKey> heldBy(long node) {
        return new HashSet<>(held.getOrDefault(node, new TreeSet<>()));
    }

    /// All of it: equal on all nodes at an index.
    @Override
    public String toString() {
        return "leases " + leases + " members " + list();
    }

    /// The numbers of all leases, so added up that the sum grows with each change of one.
    long leases() {
        long sum = 0;
        for (Lease each : leases.values()) sum += 2 * each.number() + (each.isInForce() ? 0 : 1);
        return sum;
    }

    /// All members, in the order in which they came.
    List<HeldMember> list() {
        List<HeldMember> all = new ArrayList<>(members.values());
        all.sort(Comparator.comparingLong(HeldMember::position));
        return all;
    }

    /// The leases that have ended, of nodes that hold members still.
    Map<Long, Lease> ended() {
        Map<Long, Lease> ended = new TreeMap<>();
        leases.forEach((node, lease) -> {
            if (!lease.isInForce() && held.containsKey(node)) ended.put(node, lease);
        });
        return ended;
    }

    /// Members who came, and those who went, whom no node holds, in the order of these changes.
    List<HeldMember> takeChanges() {
        if (changes.isEmpty()) return List.of();
        List<HeldMember> taken = changes;
        changes = new ArrayList<>();
        return taken;
    }

    long begin(HoldCommand.BeginLease command) {
        Lease next = lease(command.node()).next(command.lingerMs(), command.membersMax());
        put(command.node(), next);
        return next.number();
    }

    boolean end(HoldCommand.EndLease command) {
        Lease lease = lease(command.node());
        if (lease.number() != command.lease() || !lease.isInForce()) return false;
        put(command.node(), lease.ended());
        return true;
    }

    private void put(long node, Lease lease) {
        leases.put(node, lease);
        store.write(node, lease);
    }

    Holds.Outcome change(HoldCommand.ChangeHolds command, Sequencer sequencer, long nowMs) {
        Lease lease = lease(command.node());
        if (lease.number() != command.lease() || !lease.isInForce()) return new Holds.Outcome.Fenced();
        Step step = new Step(nowMs);
        for (Holds.Change each : command.changes()) {
            if (!each.isHeld()) step.release(new MemberKey(command.channel(), each.client()), command.node());
        }
        Set<String> leftOut = new HashSet<>();
        for (Holds.Change each : command.changes()) {
            MemberKey key = new MemberKey(command.channel(), each.client());
            if (each.isHeld() && !step.hold(key, command.node(), lease.membersMax())) leftOut.add(each.client());
        }
        Appended refusal = step.place(sequencer);
        if (refusal != null) return new Holds.Outcome.Refused(refusal);
        apply(step.changed());
        return new Holds.Outcome.Placed(false, nowMs, leftOut);
    }

    boolean release(HoldCommand.ReleaseEnded command, Sequencer sequencer, long nowMs) {
        Lease lease = lease(command.node());
        if (lease.number() != command.lease() || lease.isInForce()) return false;
        Map<ChannelName, Step> steps = new LinkedHashMap<>();
        held.getOrDefault(command.node(), new TreeSet<>()).stream()
                .limit(command.max())
                .forEach(key -> steps.computeIfAbsent(key.channel(), channel -> new Step(nowMs))
                        .release(key, command.node()));
        for (Step each : steps.values()) {
            // A shadow takes the end of a key, unless it keeps nothing and there are too many channels: then it has no
            // event of the member that would need an end.
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

    /// Changes of one channel's members, which take place together with the events that follow from them.
    private final class Step {
        private final long nowMs;

        /// The members as they are after the step.
        private final Map<MemberKey, HeldMember> after = new LinkedHashMap<>();

        /// Members who come, less those who go.
        private int more;

        Step(long nowMs) {
            this.nowMs = nowMs;
        }

        private @Nullable HeldMember find(MemberKey key) {
            HeldMember changed = after.get(key);
            return changed != null ? changed : members.get(key);
        }

        void release(MemberKey key, long node) {
            HeldMember member = find(key);
            if (member == null || !member.nodes().contains(node)) return;
            HeldMember left = member.releasedBy(node);
            after.put(key, left);
            if (left.nodes().isEmpty()) more--;
        }

        /// @return false if there are too many members
        boolean hold(MemberKey key, long node, int membersMax) {
            HeldMember member = find(key);
            if (member == null || member.nodes().isEmpty()) {
                if (members.size() + more >= membersMax) return false;
                more++;
            } else if (member.nodes().contains(node)) {
                return true;
            }
            after.put(key, member == null ? new HeldMember(key, 0, nowMs, List.of(node)) : member.heldBy(node));
            return true;
        }

        /// Places the events that follow.
        ///
        /// @return why they were not placed; null if they were
        @Nullable
        Appended place(Sequencer sequencer) {
            List<HeldMember> visible = new ArrayList<>();
            List<Publication> batch = new ArrayList<>();
            for (HeldMember each : after.values()) {
                MemberKey key = each.key();
                boolean isMember = !each.nodes().isEmpty();
                if (members.containsKey(key) == isMember) continue;
                visible.add(each);
                batch.add(Shadow.change(Shadow.of(key.channel()), key.client(), isMember));
            }
            if (batch.isEmpty()) return null;
            return switch (sequencer.appendAll(batch, nowMs)) {
                case Appended.Batch.None(int _, Appended refusal) -> refusal;
                case Appended.Batch.All(List<Appended> placed) -> {
                    for (int i = 0; i < visible.size(); i++) {
                        HeldMember each = visible.get(i);
                        if (placed.get(i) instanceof Appended.Placed(Cursor id)) {
                            after.put(each.key(), each.at(id.position()));
                        }
                    }
                    yield null;
                }
            };
        }

        Collection<HeldMember> changed() {
            return after.values();
        }
    }
}
