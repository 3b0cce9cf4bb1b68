/// Server-Sent Events (WHATWG HTML §9.2): how they are spelled, and how a request becomes such a stream. Read
/// [dev.sluice.server.transport.sse.SseWire] first.
@NullMarked
package dev.sluice.server.transport.sse;

import org.jspecify.annotations.NullMarked;
