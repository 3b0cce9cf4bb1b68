/// WebSocket (RFC 6455): frames to a subscriber, messages from a publishing client. Frames are encoded to bytes that
/// all readers share: read [dev.sluice.server.transport.websocket.WebSocketWire] first. Input is decoded by
/// [dev.sluice.server.transport.websocket.MessageDecoder], which accounts for incomplete messages.
@NullMarked
package dev.sluice.server.transport.websocket;

import org.jspecify.annotations.NullMarked;
