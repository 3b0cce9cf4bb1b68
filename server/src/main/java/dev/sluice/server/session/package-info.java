/// Many subscriptions and publishes over one connection: a WebSocket, or Server-Sent Events down and requests up.
/// `docs/protocol.md` §4. Begin with [Sessions][dev.sluice.server.session.Sessions], then
/// [Desk][dev.sluice.server.session.Desk], where the client's messages are answered; how many subscribers share a line
/// is
/// [Session][dev.sluice.core.delivery.Session]'s business.
@NullMarked
package dev.sluice.server.session;

import org.jspecify.annotations.NullMarked;
