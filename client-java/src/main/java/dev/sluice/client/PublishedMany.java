package dev.sluice.client;

import java.util.Optional;

/**
 * Several events are in the hub's log.
 *
 * @param count those that an earlier attempt had brought included
 * @param last  the id of the last one, also a cursor behind it; empty if there was none
 */
public record PublishedMany(long count, Optional<String> last) {}
