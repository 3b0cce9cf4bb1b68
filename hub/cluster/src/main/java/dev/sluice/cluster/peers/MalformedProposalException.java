package dev.sluice.cluster.peers;

import java.io.IOException;

/// Thrown by a node that is sent a proposal which no node could read.
public final class MalformedProposalException extends IOException {
    private static final long serialVersionUID = 1;

    public MalformedProposalException(String problem) {
        super("a proposal can't be read: " + problem);
    }
}
