package dev.sluice.core.replication;

import dev.sluice.core.presence.MemberKey;
import java.util.ArrayList;
import java.util.List;

/// A member and the nodes that hold it.
///
/// @param position the position of the event with which it joined; members are listed in this order
/// @param timeMs   the time of that event
/// @param nodes    in the order of their holds; empty if it is no longer a member
public record HeldMember(MemberKey key, long position, long timeMs, List<Long> nodes) {
    public HeldMember {
        nodes = List.copyOf(nodes);
    }

    HeldMember heldBy(long node) {
        List<Long> more = new ArrayList<>(nodes);
        more.add(node);
        return new HeldMember(key, position, timeMs, more);
    }

    HeldMember releasedBy(long node) {
        return new HeldMember(
                key,
                position,
                timeMs,
                nodes.stream().filter(each -> each != node).toList());
    }

    HeldMember at(long placed) {
        return new HeldMember(key, placed, timeMs, nodes);
    }
}
