/// One request and its response, in HTTP/1.1 and HTTP/2 alike: bodies, time limits, the head that is written.
///
/// Whole responses are compressed in [Gzip] if they are compressible. Polls and files arrive in pieces of a
/// known length ([ResponseBodySender]). Files of pages are stored compressed, and streams are compressed by
/// their `Wire`, once for all readers.
@NullMarked
package dev.sluice.server.http.exchange;

import org.jspecify.annotations.NullMarked;
