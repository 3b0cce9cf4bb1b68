/// How events reach clients. The transports are siblings that don't know each other: `sse`, `stream`,
/// `websocket`, `poll`; what they share is here. Read [dev.sluice.server.transport.Negotiation] first: it
/// chooses one of them.
@NullMarked
package dev.sluice.server.transport;

import org.jspecify.annotations.NullMarked;
