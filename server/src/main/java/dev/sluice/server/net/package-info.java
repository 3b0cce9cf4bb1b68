/// Sockets: event loops, listeners, limits and options of connections, and the [dev.sluice.server.net.Outlet] through
/// which all bytes of streams and upgraded connections leave. TLS is a handler before all others
/// (`docs/decisions/0030-tls.md`), and HTTP/2 a further outlet (`docs/decisions/0024-outlets-and-listeners.md`). Read
/// [dev.sluice.server.net.SocketOutlet] first.
@NullMarked
package dev.sluice.server.net;

import org.jspecify.annotations.NullMarked;
