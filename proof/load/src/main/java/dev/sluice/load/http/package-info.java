/// Connections of HTTP/1.1, HTTP/2 and WebSocket on event loops, for programs that measure. Begin with
/// [dev.sluice.load.http.Subscriber].
@NullMarked
package dev.sluice.load.http;

import org.jspecify.annotations.NullMarked;
