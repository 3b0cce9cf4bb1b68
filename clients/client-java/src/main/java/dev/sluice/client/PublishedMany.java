package dev.sluice.client;

import java.util.Optional;

/**
 * The result of publishing several events: all are in the hub's log.
 *
 * @param count the number of events, including those that an earlier attempt had stored
 * @param last  the id of the last event, also the cursor after it; empty if there was none
 */
public record PublishedMany(long count, Optional<String> last) {}
