/// The hosts, origins and proxies that the server trusts: CORS, Fetch Metadata, forwarded clients.
///
/// [ForwardedClient] finds a client's address behind proxies.
@NullMarked
package dev.sluice.server.http.policy;

import org.jspecify.annotations.NullMarked;
