/// The hub on the network: HTTP, the transports, publishing. No other module sees Netty or JSON; the rules for
/// events are in core.
///
/// The admin listener has the routes of [OperatorRoutes] only. [AccessLog] writes the access log, and
/// [StreamEndLog] logs why streams end.
@NullMarked
package dev.sluice.server;

import org.jspecify.annotations.NullMarked;
