/// The hub on the network: HTTP, the transports, publishing. Netty and JSON stay inside this module; the rules for
/// events are in core.
///
/// The admin listener has the routes of [OperatorRoutes] only. [AccessLog] writes the access log, and
/// [StreamEndLog] the reasons for which streams end.
@NullMarked
package dev.sluice.server;

import org.jspecify.annotations.NullMarked;
