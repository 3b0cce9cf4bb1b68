package dev.sluice.server.embed;

import dev.sluice.server.http.Exchange;
import java.util.List;

/// What serves the requests of one path.
@FunctionalInterface
interface Target {
    /// On the event loop, as [dev.sluice.server.http.Route#handle].
    ///
    /// @param stars what the stars of the path stood for
    void handle(Exchange exchange, List<String> stars);
}
