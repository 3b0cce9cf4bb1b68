/// WebSocket (RFC 6455): frames out to a subscriber, messages in from a client that publishes. Frames are
/// written as bytes that all readers share; what comes in goes through Netty's own frame decoder. Read
/// [dev.sluice.server.transport.websocket.WebSocketWire] first.
@NullMarked
package dev.sluice.server.transport.websocket;

import org.jspecify.annotations.NullMarked;
