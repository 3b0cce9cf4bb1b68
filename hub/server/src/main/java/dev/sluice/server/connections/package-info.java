/// The streams of clients, for operators: a list, their end by hand, and traces. Read
/// [dev.sluice.server.connections.ConnectionRoutes] first.
///
/// Traces are served by [TraceRoutes].
@NullMarked
package dev.sluice.server.connections;

import org.jspecify.annotations.NullMarked;
