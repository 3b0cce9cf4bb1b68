/// The streams of clients, for operators: list them, end them, and trace their events. Read
/// [dev.sluice.server.connections.ConnectionRoutes] first.
///
/// Traces are served by [TraceRoutes].
@NullMarked
package dev.sluice.server.connections;

import org.jspecify.annotations.NullMarked;
