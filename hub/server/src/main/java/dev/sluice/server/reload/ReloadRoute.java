package dev.sluice.server.reload;

import dev.sluice.core.access.Grant;
import dev.sluice.core.delivery.Hub;
import dev.sluice.server.http.Exchange;
import dev.sluice.server.http.Route;
import dev.sluice.server.http.ServerResponse;
import dev.sluice.server.http.head.Problems;
import dev.sluice.server.http.head.Status;
import dev.sluice.server.json.Json;
import java.lang.System.Logger.Level;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// `POST /reload`: reads the configuration again.
public final class ReloadRoute implements Route {
    private static final System.Logger LOG = System.getLogger(ReloadRoute.class.getName());

    private final Hub hub;
    private final RunningConfiguration configuration;

    public ReloadRoute(Hub hub, RunningConfiguration configuration) {
        this.hub = hub;
        this.configuration = configuration;
    }

    @Override
    public void handle(Exchange exchange) {
        exchange.requireAdmin();
        exchange.request().parameters().allow(Set.of("confirm"));
        boolean confirmed = exchange.request()
                .parameters()
                .choice("confirm", Map.of("true", true, "false", false))
                .orElse(false);
        Grant caller = exchange.grant();
        // On a virtual thread, because a reload reads files and waits for the log.
        Thread.ofVirtual().name("sluice-reload").start(() -> reload(exchange, caller, confirmed));
    }

    private void reload(Exchange exchange, Grant caller, boolean confirmed) {
        try {
            ReloadReport report = configuration.reload(confirmed);
            if (report != null && report.isInForce()) hub.reportReload(caller, confirmed);
            exchange.run(() -> answer(exchange, report));
        } catch (RuntimeException | Error failed) {
            LOG.log(Level.ERROR, "the reload failed", failed);
            exchange.run(() -> exchange.refuse(
                    Problems.FAILED.of("The reload failed in the server; its log says why. Try again.")));
        }
    }

    private static void answer(Exchange exchange, @Nullable ReloadReport report) {
        if (report == null) {
            exchange.refuse(Problems.NOT_READY.of("Another reload is under way. Try again in a second."));
        } else if (!report.isInForce()) {
            exchange.refuse(Problems.BAD_CONFIGURATION.of(String.join("\n", report.mistakes())));
        } else {
            exchange.answer(ServerResponse.json(Status.OK, Json.write(ReloadJson.of(report))));
        }
    }
}
