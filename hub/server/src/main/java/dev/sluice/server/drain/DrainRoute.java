package dev.sluice.server.drain;

import dev.sluice.core.delivery.Hub;
import dev.sluice.server.http.Exchange;
import dev.sluice.server.http.Route;
import dev.sluice.server.http.ServerResponse;
import dev.sluice.server.http.head.Parameters;
import dev.sluice.server.http.head.Problems;
import dev.sluice.server.http.head.Status;
import dev.sluice.server.json.Json;
import java.time.Duration;
import java.util.Set;
import java.util.function.Consumer;

/// `POST /drain`. `docs/protocol.md` §5.
public final class DrainRoute implements Route {
    private static final int OVER_SECONDS = 30;
    private static final int OVER_SECONDS_MAX = 3_600;

    private final Hub hub;
    private final DrainGate gate;
    private final Consumer<Duration> drain;

    /// @param drain begins the drain; must not block
    public DrainRoute(Hub hub, DrainGate gate, Consumer<Duration> drain) {
        this.hub = hub;
        this.gate = gate;
        this.drain = drain;
    }

    @Override
    public void handle(Exchange exchange) {
        exchange.requireAdmin();
        Parameters parameters = exchange.request().parameters();
        parameters.allow(Set.of("over"));
        if (gate.isDraining()) throw Problems.NOT_READY.refused("The hub is draining already.");
        int seconds = parameters.integer("over", 0, OVER_SECONDS_MAX).orElse(OVER_SECONDS);
        long streams = hub.readers().readers();
        Duration over = Duration.ofSeconds(seconds);
        hub.reportDrain(exchange.grant(), over);
        drain.accept(over);
        exchange.answer(ServerResponse.json(Status.ACCEPTED, Json.bytes(json -> {
            json.writeStartObject();
            json.writeNumberProperty("readers", streams);
            json.writeNumberProperty("seconds", seconds);
            json.writeEndObject();
        })));
    }
}
