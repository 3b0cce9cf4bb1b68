package dev.sluice.core.replication;

/// A node's right to hold members. It ends when the leader considers the node gone; a node that was only slow
/// begins the next one. So a command that was proposed under an earlier lease and arrives late changes nothing.
///
/// @param number     counts the leases of the node, from 1
/// @param lingerMs   how long its members stay after it has ended
/// @param membersMax the maximum number of members of all nodes together
/// @param isInForce  whether it has not ended
public record Lease(long number, long lingerMs, int membersMax, boolean isInForce) {
    static final Lease NONE = new Lease(0, 0, 0, false);

    Lease next(long nextLingerMs, int nextMembersMax) {
        return new Lease(number + 1, nextLingerMs, nextMembersMax, true);
    }

    Lease ended() {
        return new Lease(number, lingerMs, membersMax, false);
    }
}
