package dev.sluice.core.replication;

import org.jspecify.annotations.Nullable;

/// Keeps a replica beyond its process, as it was between two proposals: a node that starts again applies the order from
/// there. Called by one thread at a time, and while nothing is being applied, except [#saved].
public interface ReplicaStore {
    /// How far the replica had applied the order when it was opened.
    ReplicaProgress progress();

    /// Keeps the holds that belong to the replica.
    MemberLeaseStore holds();

    /// Another proposal was applied. The store may save this state, or a later one.
    void applied(ReplicaProgress progress);

    /// Up to where the state is on disk, for sure. May be called from any thread.
    Order.Position saved();

    /// Saves this state. Blocks until it is on disk.
    void save(ReplicaProgress progress);

    /// Does what only time demands. Called about once a second; may block.
    default void maintain(ReplicaProgress progress) {}

    /// Closes the store.
    ///
    /// @param progress of the state to be saved; null: the state is not that between two proposals
    void close(@Nullable ReplicaProgress progress);

    /// Keeps nothing: a node that starts again applies the whole order.
    ReplicaStore NONE = new ReplicaStore() {
        @Override
        public ReplicaProgress progress() {
            return ReplicaProgress.NONE;
        }

        @Override
        public MemberLeaseStore holds() {
            return MemberLeaseStore.NONE;
        }

        @Override
        public void applied(ReplicaProgress progress) {}

        @Override
        public Order.Position saved() {
            return Order.Position.NONE;
        }

        @Override
        public void save(ReplicaProgress progress) {}

        @Override
        public void close(@Nullable ReplicaProgress progress) {}
    };
}
