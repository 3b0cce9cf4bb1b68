package dev.sluice.core.replication;

import dev.sluice.core.log.AppendResult;
import dev.sluice.core.log.Publication;
import dev.sluice.core.presence.MemberKey;
import dev.sluice.core.presence.PresenceChannel;
import dev.sluice.core.sequencer.Sequencer;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Changes of one channel's members, which take effect together with the events that they cause.
final class MemberLeaseStep {
    private final MemberLeaseTable table;
    private final long nowMs;

    /// The members as they are after the step.
    private final Map<MemberKey, HeldMember> after = new LinkedHashMap<>();

    /// The number of members who join minus the number of those who leave.
    private int more;

    MemberLeaseStep(MemberLeaseTable table, long nowMs) {
        this.table = table;
        this.nowMs = nowMs;
    }

    private @Nullable HeldMember find(MemberKey key) {
        HeldMember changed = after.get(key);
        return changed != null ? changed : table.find(key);
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
            if (table.members() + more >= membersMax) return false;
            more++;
        } else if (member.nodes().contains(node)) {
            return true;
        }
        after.put(key, member == null ? new HeldMember(key, 0, nowMs, List.of(node)) : member.heldBy(node));
        return true;
    }

    /// Places the events that the changes cause.
    ///
    /// @return why they were not placed; null if they were
    @Nullable
    AppendResult place(Sequencer sequencer) {
        List<HeldMember> visible = new ArrayList<>();
        List<Publication> batch = new ArrayList<>();
        for (HeldMember each : after.values()) {
            MemberKey key = each.key();
            boolean isMember = !each.nodes().isEmpty();
            if ((table.find(key) != null) == isMember) continue;
            visible.add(each);
            batch.add(PresenceChannel.change(PresenceChannel.of(key.channel()), key.client(), isMember));
        }
        if (batch.isEmpty()) return null;
        return switch (sequencer.appendAll(batch, nowMs)) {
            case AppendResult.Batch.None(int _, AppendResult refusal) -> refusal;
            case AppendResult.Batch.All(List<AppendResult> placed) -> {
                for (int i = 0; i < visible.size(); i++) {
                    HeldMember each = visible.get(i);
                    if (placed.get(i) instanceof AppendResult.Placed change) {
                        after.put(each.key(), each.at(change.position()));
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
