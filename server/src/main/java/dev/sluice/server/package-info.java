/// The hub on the network: HTTP, the transports, publishing. Netty and JSON stay inside this module; who may see and do
/// what with events is decided in core.
@NullMarked
package dev.sluice.server;

import org.jspecify.annotations.NullMarked;
