package dev.sluice.core.replication;

import dev.sluice.core.channel.ChannelName;
import dev.sluice.core.presence.MemberLeases;
import dev.sluice.core.sequencer.Sequencer;
import java.util.List;

/// A change of holds, the nodes' shares in the members of channels. See [MemberLeaseTable].
sealed interface MemberLeaseCommand<T> extends Command<T> {
    /// Begins a node's next lease, with the members that the node still holds. The outcome is its number.
    ///
    /// @param lingerMs   how long its members stay if it ends
    /// @param membersMax the maximum number of members of all nodes together
    record BeginLease(long node, long lingerMs, int membersMax) implements MemberLeaseCommand<Long> {
        @Override
        public Long decide(Sequencer sequencer, MemberLeaseTable holds, long nowMs) {
            return holds.begin(this);
        }
    }

    /// Holds and releases members of one channel, all in one step.
    ///
    /// @param lease the number of the node's lease: nothing changes unless it is in force
    record ChangeHolds(long node, long lease, ChannelName channel, List<MemberLeases.Change> changes)
            implements MemberLeaseCommand<MemberLeases.Outcome> {
        public ChangeHolds {
            changes = List.copyOf(changes);
        }

        @Override
        public MemberLeases.Outcome decide(Sequencer sequencer, MemberLeaseTable holds, long nowMs) {
            return holds.change(this, sequencer, nowMs);
        }
    }

    /// Ends a node's lease, because the leader has no contact with the node. Its members stay for now. The
    /// outcome is true if this lease was in force.
    record EndLease(long node, long lease) implements MemberLeaseCommand<Boolean> {
        @Override
        public Boolean decide(Sequencer sequencer, MemberLeaseTable holds, long nowMs) {
            return holds.end(this);
        }
    }

    /// Releases some of the members held by a node whose lease has ended. The outcome is true if there are more.
    ///
    /// @param lease the number of the lease; nothing is released if the node has a later one
    record ReleaseEnded(long node, long lease, int max) implements MemberLeaseCommand<Boolean> {
        @Override
        public Boolean decide(Sequencer sequencer, MemberLeaseTable holds, long nowMs) {
            return holds.release(this, sequencer, nowMs);
        }
    }
}
