package dev.sluice.client;

import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;

/** The state of a subscription's connection, for display or monitoring. The subscription reconnects by itself. */
public sealed interface Status {
    /**
     * The connection is established.
     *
     * @param cursor the position from which events follow, if known
     */
    record Connected(Transport transport, Optional<String> cursor) implements Status {}

    /**
     * The connection is alive although there are no events. The first one of a connection has the position from which
     * events follow, on transports whose streams begin with it.
     *
     * @param behind the hub's estimate of the subscriber's lag in events, if the transport carries it
     */
    record Heartbeat(Optional<String> cursor, OptionalLong behind) implements Status {}

    /**
     * The connection is lost, or could not be established.
     *
     * @param pause      the time until the next attempt
     * @param isHubKnown true if a hub has answered this client before; if not, the address may be wrong
     */
    record Lost(String reason, Duration pause, boolean isHubKnown) implements Status {}
}
