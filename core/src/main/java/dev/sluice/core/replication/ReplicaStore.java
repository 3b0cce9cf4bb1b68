package dev.sluice.core.replication;

/// Keeps a replica beyond its process, as it was between two proposals: a node that starts again applies the order from
/// there. Called by one thread at a time, and while nothing is being applied.
public interface ReplicaStore {
    /// How far the replica had applied the order when it was opened.
    ReplicaProgress progress();

    /// Keeps the holds that belong to the replica.
    HoldStore holds();

    /// Another proposal was applied. The store may save this state, or a later one.
    void applied(ReplicaProgress progress);

    /// Saves this state and closes the store.
    void close(ReplicaProgress progress);

    /// Keeps nothing: a node that starts again applies the whole order.
    ReplicaStore NONE = new ReplicaStore() {
        @Override
        public ReplicaProgress progress() {
            return ReplicaProgress.NONE;
        }

        @Override
        public HoldStore holds() {
            return HoldStore.NONE;
        }

        @Override
        public void applied(ReplicaProgress progress) {}

        @Override
        public void close(ReplicaProgress progress) {}
    };
}
