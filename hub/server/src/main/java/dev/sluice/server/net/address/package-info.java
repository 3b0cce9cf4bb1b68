/// Addresses of clients: ranges, trusted proxies, the PROXY protocol, and limits for the connections of one
/// address.
@NullMarked
package dev.sluice.server.net.address;

import org.jspecify.annotations.NullMarked;
