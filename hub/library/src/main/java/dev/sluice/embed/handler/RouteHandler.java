package dev.sluice.embed.handler;

import dev.sluice.server.http.Exchange;
import java.util.List;

/// Handles the requests of one route.
@FunctionalInterface
public interface RouteHandler {
    /// Runs on the event loop, like [dev.sluice.server.http.Route#handle].
    ///
    /// @param stars the parts of the path that the route's stars matched
    void handle(Exchange exchange, List<String> stars);
}
