/// HTTP/2 on a connection: streams, flow control, budgets and rates of frames.
///
/// The limits offered are in [Http2CodecBuilder]. A connection is a [MultiplexedConnection], a stream a
/// [MultiplexedStream]; `ExchangeChannel` in `http.exchange` is the part that both versions of HTTP share.
@NullMarked
package dev.sluice.server.http.h2;

import org.jspecify.annotations.NullMarked;
