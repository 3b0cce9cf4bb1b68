package dev.sluice.client;

import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;

/** What happens to a subscription's line, for who wants to show it. Nobody needs it to get every event once. */
public sealed interface Status {
    /**
     * The hub answered, and events may come.
     *
     * @param cursor where they go on, if that is known
     */
    record Connected(Transport transport, Optional<String> cursor) implements Status {}

    /**
     * The hub is there, though nothing happens.
     *
     * @param behind how many events the reader is behind, as the hub guesses, where the transport says so
     */
    record Heartbeat(Optional<String> cursor, OptionalLong behind) implements Status {}

    /**
     * The line is gone, or no attempt succeeded.
     *
     * @param pause      until the next attempt
     * @param isHubKnown whether a hub has answered this client yet; if not, the address may be wrong
     */
    record Lost(String reason, Duration pause, boolean isHubKnown) implements Status {}
}
