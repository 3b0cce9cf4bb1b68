package dev.sluice.core.replication;

import dev.sluice.core.index.Index;
import dev.sluice.core.record.RecordInput;
import dev.sluice.core.sequencer.Sequencer;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// One node's copy of the log: applies each proposal once, in the order, and decides its outcome. All replicas
/// that have applied the same proposals are equal, no matter how these were proposed.
///
/// The outcome depends on nothing but the log before, the proposal, and its stamp: not on this machine's clock,
/// disk or configuration. Each process numbers its proposals; one that comes again is skipped, and one that
/// comes too early is left out on all nodes, so its process repeats them in order. An entry that is not a
/// proposal is left out as well. For one thread at a time, except [#digestAt].
public final class Replica {
    private static final long DIGEST_PRIME = 0x9e3779b97f4a7c15L;

    private final Index index;
    private final Sequencer sequencer;
    private final MemberLeaseTable holds;
    private final DigestHistory digests = new DigestHistory();
    private ReplicaProgress progress;

    /// @param progress the progress of the index
    Replica(Index index, Sequencer sequencer, MemberLeaseTable holds, ReplicaProgress progress) {
        this.index = index;
        this.sequencer = sequencer;
        this.holds = holds;
        this.progress = progress;
    }

    public ReplicaProgress progress() {
        return progress;
    }

    /// The digest at an index; null if it is not known, or no longer. May be called from any thread.
    @Nullable
    Long digestAt(long at) {
        return digests.at(at);
    }

    /// Applies the next proposal of the order.
    ///
    /// @param placed its index is greater than that of the progress
    Outcome apply(Order.Position placed, long stampMs, byte[] record) {
        Outcome outcome = decide(placed, stampMs, record);
        digests.add(placed.index(), progress.digest());
        return outcome;
    }

    private Outcome decide(Order.Position placed, long stampMs, byte[] record) {
        if (placed.index() <= progress.index()) {
            throw new IllegalArgumentException("index " + placed.index() + " comes after index " + progress.index());
        }
        progress = progress.at(placed, Math.max(progress.timeMs(), stampMs));
        Proposal proposal;
        try {
            proposal = ProposalRecord.read(record);
        } catch (RuntimeException unreadable) { // Depends on the record alone, so all nodes leave it out.
            return new Outcome.Unreadable(reason(unreadable));
        }
        long expected = progress.expected(proposal.node(), proposal.incarnation());
        if (proposal.number() < expected || expected == 0) return new Outcome.Skipped(proposal);
        if (proposal.number() > expected) return new Outcome.Missing(proposal, expected);
        List<Object> results = new ArrayList<>(proposal.commands().size());
        for (Command<?> each : proposal.commands()) results.add(decide(each));
        sequencer.apply();
        progress = progress.with(proposal, digest());
        return new Outcome.Applied(proposal, results);
    }

    /// The reason for the operator. It leaves out the messages of other exceptions, because they quote the
    /// record.
    static String reason(RuntimeException unreadable) {
        return unreadable instanceof RecordInput.BrokenRecordException broken
                ? String.valueOf(broken.getMessage())
                : "a name or a rule in it is not valid";
    }

    private Object decide(Command<?> command) {
        long last = sequencer.last();
        try {
            return command.decide(sequencer, holds, progress.timeMs());
        } catch (RuntimeException refused) {
            if (!sequencer.isRefusal(refused, last)) throw refused;
            return refused;
        }
    }

    /// The digest after a change, computed from the former one and from the sizes and positions after the
    /// change.
    private long digest() {
        long digest = progress.digest();
        for (long each : new long[] {
            progress.index(),
            progress.timeMs(),
            index.head().position(),
            index.last(),
            index.entries(),
            index.dataBytes(),
            index.channelsKnown(),
            index.channelsKept(),
            holds.members(),
            holds.holds(),
            holds.leases()
        }) {
            digest = Long.rotateLeft(digest ^ each, 27) * DIGEST_PRIME;
        }
        return digest;
    }
}
