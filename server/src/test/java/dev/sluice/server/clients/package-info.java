/// Clients that somebody else wrote, against a hub behind a bad line: each gets events, loses its line, and comes back
/// by its own means for exactly what it missed. Read [dev.sluice.server.clients.LossContract] first.
@NullMarked
package dev.sluice.server.clients;

import org.jspecify.annotations.NullMarked;
