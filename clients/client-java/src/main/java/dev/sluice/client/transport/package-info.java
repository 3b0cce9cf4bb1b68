/**
 * The transports, which do not depend on each other. Each converts the data of one connection to the same {@linkplain
 * dev.sluice.client.transport.Arrival arrivals}, one at a time, on demand. Reconnecting is decided by the caller. Start
 * with {@link dev.sluice.client.transport.Source}; {@link dev.sluice.client.transport.SseSource} is a good example.
 */
@NullMarked
package dev.sluice.client.transport;

import org.jspecify.annotations.NullMarked;
