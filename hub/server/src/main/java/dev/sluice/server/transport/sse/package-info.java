/// Server-Sent Events (WHATWG HTML §9.2): the encoding, and the answer to a request with such a stream. Read
/// [dev.sluice.server.transport.sse.SseWire] first.
@NullMarked
package dev.sluice.server.transport.sse;

import org.jspecify.annotations.NullMarked;
