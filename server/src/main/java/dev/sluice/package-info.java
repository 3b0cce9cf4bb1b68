/// Sluice inside a program of yours: plain HTTP, Server-Sent Events, WebSocket and the hub on one port, in
/// a few lines. Start with [dev.sluice.Sluice]; what a program says about its paths is [dev.sluice.Routes].
@NullMarked
package dev.sluice;

import org.jspecify.annotations.NullMarked;
