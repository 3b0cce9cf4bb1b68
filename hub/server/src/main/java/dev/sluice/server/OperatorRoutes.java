package dev.sluice.server;

import dev.sluice.core.delivery.Hub;
import dev.sluice.server.connections.ConnectionRoutes;
import dev.sluice.server.connections.StreamSearches;
import dev.sluice.server.connections.TraceRoutes;
import dev.sluice.server.http.AccessFilter;
import dev.sluice.server.http.Route;
import dev.sluice.server.http.Router;
import dev.sluice.server.http.head.Method;
import dev.sluice.server.net.Listener;

/// The routes for operators: list and end streams, trace, drain. They require the verb `admin`. Both public and
/// admin listeners have them, because the console uses those of public listeners. Without keys, only admin
/// listeners accept the drain.
final class OperatorRoutes {
    private final ConnectionRoutes connections;
    private final TraceRoutes traces;
    private final Route drain;

    OperatorRoutes(Hub hub, Route drain) {
        StreamSearches searches = new StreamSearches();
        this.connections = new ConnectionRoutes(hub, searches);
        this.traces = new TraceRoutes(hub, searches);
        this.drain = drain;
    }

    /// `GET /connections` for programs.
    Route connections() {
        return connections::list;
    }

    /// `GET /traces` for programs.
    Route traces() {
        return traces::list;
    }

    /// `GET /traces/{id}` for programs.
    Route trace() {
        return traces::show;
    }

    /// Adds the routes, with JSON as the only format of lists and traces.
    Router addTo(Router router, AccessFilter access, Listener.Role role) {
        return addTo(router, connections(), traces(), trace(), access, role);
    }

    /// @param list   answers `GET /connections`
    /// @param traced answers `GET /traces`
    /// @param one    answers `GET /traces/{id}`
    Router addTo(Router router, Route list, Route traced, Route one, AccessFilter access, Listener.Role role) {
        String signal = "Send its process SIGTERM (drain_time is how long it then takes)";
        return router.on(Method.POST, "/drain", KeylessRoute.guard(access, role, signal, drain))
                .on(Method.GET, "/connections", list)
                .on(Method.DELETE, "/connections", connections::endAll)
                .on(Method.DELETE, "/connections/**", connections::endOne)
                .on(Method.GET, "/traces", traced)
                .on(Method.POST, "/traces", traces::begin)
                .on(Method.GET, "/traces/**", one)
                .on(Method.DELETE, "/traces/**", traces::end)
                .on(Method.GET, "/deliveries/**", traces::delivery);
    }
}
