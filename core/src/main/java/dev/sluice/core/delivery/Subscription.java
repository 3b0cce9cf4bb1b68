package dev.sluice.core.delivery;

import dev.sluice.core.channel.Selection;
import dev.sluice.core.log.Start;
import java.util.Set;

/// What a reader asked for, whatever the transport. `docs/protocol.md` §2.
///
/// @param selection which channels
/// @param types     only these types; empty: all
/// @param from      where it begins
/// @param conflate  skip events whose key has a newer one, while behind
/// @param coalesce  join neighbouring text events that are alike, while behind
/// @param gapFails  refuse where there is a gap, rather than tell it and go on
public record Subscription(
        Selection selection, Set<String> types, From from, boolean conflate, boolean coalesce, boolean gapFails) {
    public Subscription {
        types = Set.copyOf(types);
    }

    /// Where a reading begins.
    public sealed interface From {
        /// Behind a place that the client was given earlier.
        ///
        /// @param text a cursor or id, opaque: of this log, or not
        record Resume(String text) implements From {}

        /// At a place that the log finds.
        record At(Start start) implements From {}

        /// With the newest event of each key up to now, then what is to come.
        record Snapshot() implements From {}
    }

    static final From NOW = new From.At(new Start.Latest());

    /// All that comes, from now on.
    public static Subscription latest(Selection selection) {
        return new Subscription(selection, Set.of(), NOW, false, false, false);
    }

    /// The same from another place.
    public Subscription from(From other) {
        return new Subscription(selection, types, other, conflate, coalesce, gapFails);
    }
}
