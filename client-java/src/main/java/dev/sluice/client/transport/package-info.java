/**
 * The transports, siblings that don't know each other: each turns what one connection brings into the same few arrivals,
 * one at a time, when asked. Whether to come back after an end is decided above. Begin with
 * {@link dev.sluice.client.transport.Source}; {@link dev.sluice.client.transport.SseSource} is the one to read as an
 * example.
 */
@NullMarked
package dev.sluice.client.transport;

import org.jspecify.annotations.NullMarked;
