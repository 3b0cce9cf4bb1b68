/// Many subscriptions and publishes over one connection: a WebSocket, or Server-Sent Events for the server's
/// messages and requests for the client's. See `docs/protocol.md` §4. Begin with
/// [Sessions][dev.sluice.server.session.Sessions], then
/// [SessionProtocol][dev.sluice.server.session.SessionProtocol], which answers the client's messages;
/// [Session][dev.sluice.core.delivery.Session] shares the connection among the subscribers.
///
/// Tokens in messages are handled by [SessionOps] and [SessionTokens].
@NullMarked
package dev.sluice.server.session;

import org.jspecify.annotations.NullMarked;
