/// Delivery of events to clients. The transports are siblings that do not know each other: `sse`, `stream`,
/// `websocket` and `poll`; this package holds what they share. Read [dev.sluice.server.transport.Negotiation] first:
/// it chooses the transport.
@NullMarked
package dev.sluice.server.transport;

import org.jspecify.annotations.NullMarked;
