/// The network between a client and the hub at its worst, for tests. Everything is in
/// [dev.sluice.server.proxy.HostileProxy].
@NullMarked
package dev.sluice.server.proxy;

import org.jspecify.annotations.NullMarked;
