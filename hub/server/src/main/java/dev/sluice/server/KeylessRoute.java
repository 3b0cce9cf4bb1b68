package dev.sluice.server;

import dev.sluice.server.http.AccessFilter;
import dev.sluice.server.http.Exchange;
import dev.sluice.server.http.Route;
import dev.sluice.server.http.head.Problems;
import dev.sluice.server.http.policy.ProxyTrace;
import dev.sluice.server.net.Listener;

/// A route that stops or reconfigures a hub without keys. An address is no credential: behind a proxy on this machine,
/// which may leave no trace in requests, every caller has the address of this machine. So the route is served on admin
/// listeners only, which proxies have no reason to reach, and only to requests from this machine.
///
/// @param signal a sentence about the signal that has the same effect
record KeylessRoute(Route route, Listener.Role role, String signal) implements Route {
    /// Returns the route itself if the hub has keys.
    static Route guard(AccessFilter access, Listener.Role role, String signal, Route route) {
        return access.isOpen() ? new KeylessRoute(route, role, signal) : route;
    }

    @Override
    public void handle(Exchange exchange) {
        boolean isOperator = role == Listener.Role.ADMIN
                && exchange.remoteAddress().getAddress().isLoopbackAddress()
                && ProxyTrace.of(exchange.request()) == null;
        if (!isOperator) {
            throw Problems.FORBIDDEN.refused(
                    "A hub without keys takes this on its admin listener only (admin_port), from"
                            + " its own machine and not through a proxy. " + signal
                            + ", or configure a key that may 'admin'.");
        }
        route.handle(exchange);
    }
}
