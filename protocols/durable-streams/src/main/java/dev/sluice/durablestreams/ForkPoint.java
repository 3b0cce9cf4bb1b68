package dev.sluice.durablestreams;

import dev.sluice.Event;
import dev.sluice.Sluice;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;

/// Where a fork branches off its source.
///
/// @param source the source's configuration
/// @param fork   the point, as the fork's configuration records it
/// @param prefix the beginning of the source's next append that the fork inherits, as data of its own; empty
///     for none
@SuppressWarnings("ArrayRecordComponent") // Passed on, never compared.
record ForkPoint(StreamConfig source, StreamConfig.Fork fork, byte[] prefix) {
    /// Finds the point in the source.
    ///
    /// @throws RefusedException if the source has no such point
    static ForkPoint of(StreamStore store, Sluice hub, StreamState source, CreateRequest.Fork asked)
            throws InterruptedException {
        StreamConfig config = source.config();
        Offset tail = store.tail(source);
        Offset at = asked.offset().isEmpty()
                ? tail
                : Offset.parse(asked.offset(), config.root()).orElseThrow(ForkPoint::beyond);
        if (at.compareTo(Offset.later(tail, Offset.of(config.created()))) > 0) throw beyond();
        byte[] prefix = {};
        if (asked.sub() > 0) {
            var segments = new StreamSegments(store, hub);
            if (config.isJson()) {
                at = segments.skip(source, at, asked.sub()).orElseThrow(ForkPoint::beyond);
            } else {
                List<Event> next = segments.read(source, at, Duration.ZERO).events();
                byte[] whole = next.isEmpty() ? new byte[0] : next.getFirst().bytes();
                if (asked.sub() > whole.length) throw beyond();
                prefix = Arrays.copyOf(whole, (int) asked.sub());
            }
        }
        return new ForkPoint(
                config, new StreamConfig.Fork(source.name(), asked.offset(), asked.sub(), at.id()), prefix);
    }

    private static RefusedException beyond() {
        return RefusedException.of(400, "The source has no such offset.");
    }
}
