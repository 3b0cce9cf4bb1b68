package dev.sluice.cluster.peers;

import java.io.IOException;

/// Thrown by a node that receives a proposal which no node can read.
public final class MalformedProposalException extends IOException {
    private static final long serialVersionUID = 1;

    public MalformedProposalException(String problem) {
        super("a proposal can't be read: " + problem);
    }
}
