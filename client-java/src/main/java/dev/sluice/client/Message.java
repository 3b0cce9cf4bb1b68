package dev.sluice.client;

import java.util.Optional;

/** What a subscription brings: an event, or what must be known about events that will not come. */
public sealed interface Message permits Event, Raw, Message.Gap, Message.Closed {
    /**
     * Events that were asked for are gone; what comes next begins at {@code resume}.
     *
     * @param after the cursor behind which the gap begins, if known
     */
    record Gap(Optional<String> after, String resume, Reason reason) implements Message {}

    /** A channel has ended: nothing more will come from it. Over polls only the end of the iteration says so. */
    record Closed(String channel, String cursor) implements Message {}

    /** Why events are gone. */
    enum Reason {
        /** Too old for the hub's retention. */
        TRIMMED,
        /** Lost with an earlier life of the hub's log. */
        EPOCH,
        /** The channel was deleted; it may begin anew. */
        DELETED,
        /** The reader was too far behind, and the channel's rule is to skip. */
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
