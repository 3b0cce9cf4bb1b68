package dev.sluice.server.reload;

import dev.sluice.server.http.Exchange;
import dev.sluice.server.http.Route;
import dev.sluice.server.http.ServerResponse;
import dev.sluice.server.http.head.Status;
import java.util.Set;

/// `GET /settings`: the configuration in force, for an operator.
public final class SettingsRoute implements Route {

    private final RunningConfiguration configuration;

    public SettingsRoute(RunningConfiguration configuration) {
        this.configuration = configuration;
    }

    @Override
    public void handle(Exchange exchange) {
        exchange.requireAdmin();
        exchange.request().parameters().allow(Set.of());
        exchange.answer(ServerResponse.json(Status.OK, configuration.settings()));
    }
}
