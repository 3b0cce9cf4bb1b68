package dev.sluice.core.replication;

import java.util.List;

/// The outcome of an entry of the order. It is the same on every node.
sealed interface Outcome {
    /// The entry is not a readable proposal and was left out.
    ///
    /// @param reason the defect, for the operator
    record Unreadable(String reason) implements Outcome {}

    /// The outcome of a proposal.
    sealed interface OfProposal extends Outcome {
        Proposal proposal();
    }

    /// The proposal was applied.
    ///
    /// @param results of its commands: the outcome of each, or the exception with which it changed nothing
    record Applied(Proposal proposal, List<Object> results) implements OfProposal {}

    /// The proposal was applied before, or a later process of the same node has replaced its process.
    record Skipped(Proposal proposal) implements OfProposal {}

    /// Earlier proposals of its process are missing: these and all later ones must be proposed again.
    ///
    /// @param expected the number of the first missing proposal
    record Missing(Proposal proposal, long expected) implements OfProposal {}
}
