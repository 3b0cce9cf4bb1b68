/// HTTP as routes see it: a [Route] answers each request through its [Exchange], behind limits, filters and time
/// limits. The packages below it implement the head of a request, the policy for its origin, and HTTP/1.1 and HTTP/2
/// on a connection; the meaning of requests belongs to the sibling packages. Read [Exchange] first, then
/// [HttpConnection][dev.sluice.server.http.h1.HttpConnection].
@NullMarked
package dev.sluice.server.http;

import org.jspecify.annotations.NullMarked;
