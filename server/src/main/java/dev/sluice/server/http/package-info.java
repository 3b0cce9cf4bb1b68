/// HTTP/1.1 and 1.0 on a connection: one request after the other, each answered by a [Route] through its [Exchange].
/// This package alone implements framing, size and time limits, origin checks and common headers; the meaning of
/// requests belongs to the sibling packages. Read [Exchange] first, then [HttpConnection].
@NullMarked
package dev.sluice.server.http;

import org.jspecify.annotations.NullMarked;
