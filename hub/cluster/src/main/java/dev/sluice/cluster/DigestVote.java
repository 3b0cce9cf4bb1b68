package dev.sluice.cluster;

import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.Map;

/// What a node learns from the digests that the voting nodes have at one index.
enum DigestVote {
    /// Nodes that have answered agree, and not all have.
    WAITING,
    /// All agree.
    EQUAL,
    /// A majority agrees with this node, and another node does not.
    OTHERS_DIFFER,
    /// A majority agrees, and this node differs from it.
    OUTVOTED,
    /// Nodes differ, and there is no majority for any of them yet, as not all have answered.
    UNDECIDED,
    /// Nodes differ, all have answered, and there is no majority.
    NO_MAJORITY;

    /// @param own    the digest of this node
    /// @param votes  whether it is one of the voters
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
