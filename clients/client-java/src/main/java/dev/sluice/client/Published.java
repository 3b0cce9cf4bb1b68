package dev.sluice.client;

/**
 * The result of a publish: the event is in the hub's log.
 *
 * @param id       the event's id, also the cursor after it
 * @param isReplay true if an earlier attempt with the same idempotency key had already stored it
 */
public record Published(String id, String channel, boolean isReplay) {}
