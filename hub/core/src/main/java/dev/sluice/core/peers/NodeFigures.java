package dev.sluice.core.peers;

/// The figures of a node's service to its clients, shown by the consoles of the other nodes.
///
/// @param published      events of the last second that the node applied: the same on all nodes, as each applies all
/// @param delivered      events of the last second to its own readers
/// @param deliveredBytes of the last second, as sent
/// @param connections    open now
/// @param readers        connected now
/// @param behind         readers that have not received everything
public record NodeFigures(
        long published, long delivered, long deliveredBytes, long connections, long readers, long behind) {}
