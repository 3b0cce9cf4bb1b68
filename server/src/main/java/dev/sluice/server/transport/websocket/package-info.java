/// WebSocket (RFC 6455): frames out to a subscriber, messages in from a client that publishes. Frames are
/// written as bytes that all readers share: read [dev.sluice.server.transport.websocket.WebSocketWire] first. What
/// comes in goes through [dev.sluice.server.transport.websocket.MessageDecoder], which counts what is
/// not whole yet.
@NullMarked
package dev.sluice.server.transport.websocket;

import org.jspecify.annotations.NullMarked;
