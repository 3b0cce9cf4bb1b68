package dev.sluice.client;

import java.util.Optional;

/** A message of a subscription: an event, or a notice about events that will not arrive. */
public sealed interface Message permits Event, Raw, Message.Gap, Message.Closed {
    /**
     * A gap: requested events are no longer available. The subscription continues at {@code resume}.
     *
     * @param after the cursor after which events are missing, if known
     */
    record Gap(Optional<String> after, String resume, Reason reason) implements Message {}

    /**
     * A channel has ended and will have no further events. Over
     * polls there is no such message, only the end of the iteration.
     */
    record Closed(String channel, String cursor) implements Message {}

    /** The reason for a gap. */
    enum Reason {
        /** The hub's retention removed the events. */
        TRIMMED,
        /** The cursor belongs to an earlier epoch of the hub's log, whose later events were lost. */
        EPOCH,
        /** The channel was deleted; it may get new events. */
        DELETED,
        /** The subscriber lagged too far behind, and the channel's overflow policy is to skip. */
        SKIPPED,
        /** A reason that this client does not know. */
        OTHER;

        static Reason of(String word) {
            return switch (word) {
                case "trimmed" -> TRIMMED;
                case "epoch" -> EPOCH;
                case "deleted" -> DELETED;
                case "skipped" -> SKIPPED;
                default -> OTHER;
            };
        }
    }
}
