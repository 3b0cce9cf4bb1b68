package dev.sluice.core.delivery;

import dev.sluice.core.channel.Selection;
import dev.sluice.core.cursor.Cursor;
import dev.sluice.core.delivery.stream.SubscriptionSpec;
import dev.sluice.core.delivery.stream.Wire;
import dev.sluice.core.delivery.stream.WriteBatch;
import dev.sluice.core.log.Filter;
import org.jspecify.annotations.Nullable;

/// A batch gathered once and sent by all subscribers at the same position with the same selection, filter and
/// format: a thousand subscribers of one channel cost one gathering.
///
/// Valid for one task of the event loop, like the reads it was gathered from.
final class SharedBatch {
    private final WriteBatch batch = new WriteBatch();
    private boolean isFilled;
    private boolean hasMore;
    private boolean isCaughtUp;
    private @Nullable Cursor at;
    private @Nullable Cursor known;
    private @Nullable Selection selection;
    private @Nullable Filter filter;
    private boolean coalesce;
    private int formatId;

    boolean isFilled() {
        return isFilled;
    }

    WriteBatch batch() {
        return batch;
    }

    /// Whether there was more to read than the batch holds.
    boolean hasMore() {
        return hasMore;
    }

    /// Whether the batch ends at the head of the log.
    boolean isCaughtUp() {
        return isCaughtUp;
    }

    boolean isFor(ReadPosition position, SubscriptionSpec subscription, Wire wire) {
        return isFilled
                && formatId == wire.formatId()
                && coalesce == subscription.coalesce()
                && position.cursor().equals(at)
                && position.known().equals(known)
                && subscription.selection().equals(selection)
                && position.filter().equals(filter);
    }

    /// Empties the batch, so that it can be filled for this subscriber.
    SharedBatch begin(ReadPosition position, SubscriptionSpec subscription, Wire wire) {
        clear();
        at = position.cursor();
        known = position.known();
        selection = subscription.selection();
        filter = position.filter();
        coalesce = subscription.coalesce();
        formatId = wire.formatId();
        return this;
    }

    void fill(boolean hasMore, boolean isCaughtUp) {
        isFilled = true;
        this.hasMore = hasMore;
        this.isCaughtUp = isCaughtUp;
    }

    void clear() {
        isFilled = false;
        batch.clear();
    }
}
