/// Sluice as a library: plain HTTP, Server-Sent Events, WebSocket and the hub on one port of your program. Start with
/// [dev.sluice.Sluice]; routes are registered with [dev.sluice.Routes].
@NullMarked
package dev.sluice;

import org.jspecify.annotations.NullMarked;
