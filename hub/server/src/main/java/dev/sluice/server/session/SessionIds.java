package dev.sluice.server.session;

import dev.sluice.core.peers.Peers;
import java.security.SecureRandom;
import java.util.HexFormat;

/// The ids of sessions: 128 random bits, preceded in a cluster by the node that has the session, so that every
/// other node can forward its requests.
final class SessionIds {
    private static final SecureRandom RANDOM = new SecureRandom();
    private static final char SEPARATOR = '.';
    private static final int BYTES = 16;

    private SessionIds() {}

    static String draw(Peers peers) {
        byte[] bits = new byte[BYTES];
        RANDOM.nextBytes(bits);
        String random = HexFormat.of().formatHex(bits);
        return peers.self().isEmpty() ? random : peers.self() + SEPARATOR + random;
    }

    /// Returns the node that has a session; empty if it can only be this node.
    static String node(String session, Peers peers) {
        String node = session.substring(0, Math.max(0, session.indexOf(SEPARATOR)));
        return node.equals(peers.self()) ? "" : node;
    }
}
