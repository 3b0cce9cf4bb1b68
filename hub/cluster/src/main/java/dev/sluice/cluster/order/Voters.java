package dev.sluice.cluster.order;

import java.util.Set;

/// The nodes that take part in majorities.
///
/// @param others      the request addresses of the other voting nodes
/// @param isSelfAmong whether this node is one of them
public record Voters(Set<String> others, boolean isSelfAmong) {
    public int count() {
        return others.size() + (isSelfAmong ? 1 : 0);
    }
}
