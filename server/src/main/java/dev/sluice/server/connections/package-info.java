/// The streams of clients, for operators: a list, and their end by hand. Read
/// [dev.sluice.server.connections.ConnectionRoutes] first.
@NullMarked
package dev.sluice.server.connections;

import org.jspecify.annotations.NullMarked;
