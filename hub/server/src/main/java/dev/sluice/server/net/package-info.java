/// Sockets: event loops, listeners, limits and options of connections. All bytes of streams and upgraded connections
/// leave through an [Outlet][dev.sluice.server.net.outlet.Outlet]. TLS is a handler before all others
/// (`docs/decisions/0016-how-tls-is-served.md`), and HTTP/2 a further outlet
/// (`docs/decisions/0015-why-transports-know-no-sockets.md`). Read
/// [SocketOutlet][dev.sluice.server.net.outlet.SocketOutlet] first.
///
/// To change TLS versions, ciphers or ALPN, see [TlsContext]; the order of the handlers, [TlsDetector] and
/// [TlsHandshake].
@NullMarked
package dev.sluice.server.net;

import org.jspecify.annotations.NullMarked;
