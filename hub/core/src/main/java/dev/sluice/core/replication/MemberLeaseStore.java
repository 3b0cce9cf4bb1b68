package dev.sluice.core.replication;

import java.util.Collection;

/// Persists the holds of a replica, in step with its log. Called while a proposal is applied.
public interface MemberLeaseStore {
    /// Passes everything kept to a consumer, when the replica is opened.
    void restore(Consumer consumer);

    /// Replaces members; removes those that no node holds.
    void write(Collection<HeldMember> members);

    /// Replaces a node's lease.
    void write(long node, Lease lease);

    /// Receives what is kept, in any order.
    interface Consumer {
        void member(HeldMember member);

        void lease(long node, Lease lease);
    }

    /// Keeps nothing.
    MemberLeaseStore NONE = new MemberLeaseStore() {
        @Override
        public void restore(Consumer consumer) {}

        @Override
        public void write(Collection<HeldMember> members) {}

        @Override
        public void write(long node, Lease lease) {}
    };
}
