/// HTTP/1.1 and 1.0 on a connection: one request after the other, each answered by a [Route] through its
/// [Exchange]. Framing, limits, time limits, origins and the headers that every answer has are decided in
/// here and nowhere else; what a request means is for the rooms beside this one. Read [Exchange] first, then
/// [HttpConnection].
@NullMarked
package dev.sluice.server.http;

import org.jspecify.annotations.NullMarked;
