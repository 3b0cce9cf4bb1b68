/// HTTP/1.1 on a connection: decoding, pipelining, and the cache of heads.
@NullMarked
package dev.sluice.server.http.h1;

import org.jspecify.annotations.NullMarked;
