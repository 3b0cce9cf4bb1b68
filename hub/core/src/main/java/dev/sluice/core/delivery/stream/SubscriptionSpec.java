package dev.sluice.core.delivery.stream;

import dev.sluice.core.channel.Selection;
import dev.sluice.core.cursor.Cursor;
import dev.sluice.core.cursor.ReadCursor;
import dev.sluice.core.log.Start;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// The parameters of a subscription or poll, the same for all transports. `docs/protocol.md` §2.
///
/// @param selection the channels
/// @param types     the event types; empty for all types
/// @param from      where to start
/// @param conflate  while behind, skip events whose key has a newer one
/// @param coalesce  while behind, join adjacent text events of the same kind
/// @param gapFails  whether a gap ends the subscription instead of being reported
public record SubscriptionSpec(
        Selection selection, Set<String> types, From from, boolean conflate, boolean coalesce, boolean gapFails) {
    public SubscriptionSpec {
        types = Set.copyOf(types);
    }

    /// Where to start.
    public sealed interface From {
        /// After a cursor that the client received earlier.
        ///
        /// @param text a cursor or id, opaque: possibly of another log
        record Resume(String text) implements From {}

        /// At the place that an earlier read of this log has reached: without the losses that it knew of, and
        /// still within its snapshot.
        ///
        /// @param snapshotTo the end of that snapshot, see [dev.sluice.core.log.Filter]; null for no snapshot
        record Place(ReadCursor at, @Nullable Cursor snapshotTo) implements From {}

        /// At a place that the log finds.
        record At(Start start) implements From {}

        /// With the newest event of each key up to now, then new events.
        record Snapshot() implements From {}
    }

    public static final From NOW = new From.At(new Start.Latest());

    /// New events only.
    public static SubscriptionSpec latest(Selection selection) {
        return new SubscriptionSpec(selection, Set.of(), NOW, false, false, false);
    }

    /// The same subscription with another start.
    public SubscriptionSpec from(From other) {
        return new SubscriptionSpec(selection, types, other, conflate, coalesce, gapFails);
    }
}
