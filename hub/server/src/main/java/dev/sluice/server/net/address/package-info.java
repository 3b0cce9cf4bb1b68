/// Addresses of clients: ranges, trusted proxies, the PROXY protocol, and how many connections each may have.
@NullMarked
package dev.sluice.server.net.address;

import org.jspecify.annotations.NullMarked;
