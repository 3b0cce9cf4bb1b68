package dev.sluice.server.health;

import dev.sluice.core.delivery.Hub;
import dev.sluice.server.http.Exchange;
import dev.sluice.server.http.ServerResponse;
import dev.sluice.server.http.head.Problems;
import dev.sluice.server.http.head.Status;

/// The probes of Kubernetes: `/livez` (restart the server?) and `/readyz` (send it clients?).
public final class Probes {
    private final Hub hub;
    private volatile boolean isStopping;

    public Probes(Hub hub) {
        this.hub = hub;
    }

    /// Makes the hub report that it is not ready, so that load balancers send it no more clients.
    public void stop() {
        isStopping = true;
    }

    /// Whether it reports that it is ready.
    public boolean isReady() {
        return !isStopping && hub.failure() == null && hub.notReady() == null;
    }

    public void live(Exchange exchange) {
        exchange.answer(ServerResponse.text(Status.OK, "ok\n")); // An event loop that answers is alive.
    }

    public void ready(Exchange exchange) {
        String failure = hub.failure();
        String notReady = hub.notReady();
        if (failure != null) exchange.refuse(Problems.LOG_FAILED.of(failure)); // Permanent, so without Retry-After.
        else if (isStopping) refuse(exchange, "The hub is starting or stopping. Ask again in a moment.");
        else if (notReady != null) refuse(exchange, notReady);
        else exchange.answer(ServerResponse.text(Status.OK, "ok sluice " + Version.TEXT + "\n"));
    }

    private static void refuse(Exchange exchange, String detail) {
        exchange.refuse(Problems.NOT_READY.of(detail));
    }
}
