package dev.sluice.cluster;

import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.Map;

/// The result of comparing the digests of the voting nodes at one index.
enum DigestVote {
    /// The nodes that have answered agree; others have not answered.
    WAITING,
    /// All nodes agree.
    EQUAL,
    /// A majority agrees with this node; at least one node differs.
    OTHERS_DIFFER,
    /// A majority agrees, and this node differs from it.
    OUTVOTED,
    /// Nodes differ. No digest has a majority yet, as some nodes have not answered.
    UNDECIDED,
    /// Nodes differ, all have answered, and there is no majority.
    NO_MAJORITY;

    /// @param own    the digest of this node
    /// @param votes  whether this node is one of the voters
    /// @param others the digests of the other voters that have answered
    /// @param voters how many nodes vote
    static DigestVote of(long own, boolean votes, Collection<Long> others, int voters) {
        Map<Long, Integer> counts = new HashMap<>();
        for (long each : others) counts.merge(each, 1, Integer::sum);
        if (votes) counts.merge(own, 1, Integer::sum);
        boolean areAllThere = others.size() + (votes ? 1 : 0) >= voters;
        if (others.stream().allMatch(each -> each == own)) return areAllThere ? EQUAL : WAITING;
        int most = Collections.max(counts.values());
        if (2 * most <= voters) return areAllThere ? NO_MAJORITY : UNDECIDED;
        return counts.getOrDefault(own, 0) == most ? OTHERS_DIFFER : OUTVOTED;
    }
}
