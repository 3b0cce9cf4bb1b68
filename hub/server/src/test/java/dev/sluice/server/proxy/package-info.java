/// A proxy with network faults between a client and the hub, for tests. Everything is
/// in [dev.sluice.server.proxy.HostileProxy].
@NullMarked
package dev.sluice.server.proxy;

import org.jspecify.annotations.NullMarked;
