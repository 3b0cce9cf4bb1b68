package dev.sluice.core.peers;

/// The figures of a node's service to its clients, shown by the consoles of the other nodes.
///
/// @param published      events that the node applied in the last second: the same on all nodes, because each
///                       applies all
/// @param delivered      events delivered to its own readers in the last second
/// @param deliveredBytes bytes of events sent in the last second
/// @param connections    the connections open now
/// @param readers        the readers connected now
/// @param behind         readers that have not received everything
public record NodeFigures(
        long published, long delivered, long deliveredBytes, long connections, long readers, long behind) {}
