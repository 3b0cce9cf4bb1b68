package dev.sluice.cluster;

import java.util.Set;

/// The nodes that take part in majorities.
///
/// @param others      the request addresses of those besides this node
/// @param isSelfAmong whether this node is one of them
record Voters(Set<String> others, boolean isSelfAmong) {
    int count() {
        return others.size() + (isSelfAmong ? 1 : 0);
    }
}
