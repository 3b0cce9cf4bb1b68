package dev.sluice.core.delivery;

import dev.sluice.core.delivery.stream.SubscriptionSpec;
import dev.sluice.core.delivery.stream.Wire;
import org.jspecify.annotations.Nullable;

/// The last few shared batches of one task of an event loop: subscribers of one channel use several
/// transports, in any order.
final class SharedBatches {
    /// Each slot holds the memory of a batch from its first use on.
    private static final int SLOTS = 4;

    private final @Nullable SharedBatch[] batches = new @Nullable SharedBatch[SLOTS];
    private int next;

    /// The batch that this subscriber shares, or an empty one for it to fill.
    SharedBatch find(ReadPosition position, SubscriptionSpec subscription, Wire wire) {
        for (SharedBatch batch : batches) if (batch != null && batch.isFor(position, subscription, wire)) return batch;
        SharedBatch batch = batches[next];
        if (batch == null) {
            batch = new SharedBatch();
            batches[next] = batch;
        }
        next = (next + 1) % SLOTS;
        return batch.begin(position, subscription, wire);
    }

    void clear() {
        for (SharedBatch batch : batches) if (batch != null) batch.clear();
    }
}
