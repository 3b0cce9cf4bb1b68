package dev.sluice.core.history;

import org.jspecify.annotations.Nullable;

/// A publish as its client saw it, with all its repetitions.
///
/// @param connection the client, or one connection of it: it sends its publishes one after the other
/// @param value      the data, which no other publish has
/// @param condition  null for none
/// @param beganNs    when the client sent it for the first time, of a clock that all clients share
/// @param endedNs    when the client had the answer, of the same clock
/// @param answer     the answer that counts, the last one
public record Publish(
        String connection, String value, @Nullable Condition condition, long beganNs, long endedNs, Answer answer) {

    /// The channel's newest event must be this one.
    ///
    /// @param newest its id; null if the channel must be empty
    public record Condition(@Nullable String newest) {}

    /// How a publish ended.
    public sealed interface Answer {
        /// It has a place.
        ///
        /// @param id the id of the event
        record Acknowledged(String id) implements Answer {}

        /// It has no place and will not get one: its condition did not hold.
        record Refused() implements Answer {}

        /// It may have a place.
        record Unknown() implements Answer {}
    }
}
