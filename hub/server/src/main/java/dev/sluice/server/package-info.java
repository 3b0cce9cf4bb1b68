/// The hub on the network: HTTP, the transports, publishing. Netty and JSON stay inside this module; the rules for
/// events are in core.
@NullMarked
package dev.sluice.server;

import org.jspecify.annotations.NullMarked;
