package dev.sluice.core.replication;

import org.jspecify.annotations.Nullable;

/// Persists a replica as it was between two proposals: a node that starts again applies the order from there.
/// Called by one thread at a time, and while nothing is being applied, except [#saved].
public interface ReplicaStore {
    /// How far the replica had applied the order when it was opened.
    ReplicaProgress progress();

    /// The store of the holds that belong to the replica.
    MemberLeaseStore holds();

    /// Another proposal was applied. The store may save this state, or a later one.
    void applied(ReplicaProgress progress);

    /// The position up to which the state is certainly on disk. May be called from any thread.
    Order.Position saved();

    /// Saves this state. Blocks until it is on disk.
    void save(ReplicaProgress progress);

    /// Does the work that becomes due with time. Called about once a second; may block.
    default void maintain(ReplicaProgress progress) {}

    /// Closes the store.
    ///
    /// @param progress the progress of the state to save; null if the state is not one between two proposals
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
