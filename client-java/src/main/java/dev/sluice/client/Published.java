package dev.sluice.client;

/**
 * An event is in the hub's log.
 *
 * @param id       of the event, also a cursor behind it
 * @param isReplay whether it was there before, by the same idempotency key: an earlier attempt had arrived
 */
public record Published(String id, String channel, boolean isReplay) {}
