package dev.sluice.sense.api;

import dev.sluice.Request;
import dev.sluice.Response;
import dev.sluice.sense.server.ServerRegistry;
import java.util.Map;

/// Routes for servers with agents: their newest figures, and the last day by minutes.
public record ServerRoutes(ServerRegistry servers) {
    Response list(Request request) {
        return ApiResponses.ok(Map.of("servers", servers.showAll()));
    }

    Response show(Request request) {
        return servers.show(name(request)).map(ApiResponses::ok).orElseGet(() -> ApiResponses.notFound("server"));
    }

    Response day(Request request) {
        return servers.day(name(request)).map(ApiResponses::ok).orElseGet(() -> ApiResponses.notFound("server"));
    }

    private static String name(Request request) {
        return request.stars().getFirst();
    }
}
