/// The formats that a client reads and writes on a socket, each with one codec for all programs and tests that measure,
/// relay or attack a server. The codecs depend on the JDK only and know nothing of the hub, so a test of the hub may
/// trust them. They can also write what a correct client would not: a frame with reserved bits, a head without an end.
/// The server and the client for applications have their own. Read [SseParser][dev.sluice.wire.SseParser] first.
@NullMarked
package dev.sluice.wire;

import org.jspecify.annotations.NullMarked;
