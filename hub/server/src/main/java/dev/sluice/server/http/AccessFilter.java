package dev.sluice.server.http;

import dev.sluice.core.access.Grant;
import dev.sluice.core.delivery.Hub;
import java.util.concurrent.CompletableFuture;

/// Runs before the routes of a [Router] and decides what a request may do.
@FunctionalInterface
public interface AccessFilter {
    /// Permits everything to every caller.
    AccessFilter OPEN = (exchange, route) -> {
        exchange.setGrant(exchange.openGrant());
        route.handle(exchange);
    };

    /// [Sets the grant][Exchange#setGrant] and then passes the exchange on, or answers it: now or later, on the
    /// connection's event loop, which it must not block.
    void filter(Exchange exchange, Route route);

    /// Returns true if there are no identities: every caller is anonymous and may operate the hub.
    default boolean isOpen() {
        return equals(OPEN);
    }

    /// Returns true if people can log in on a page of the hub.
    default boolean hasLogins() {
        return false;
    }

    /// Called once, before the first request: adds the routes that belong to the filter, and reads its records. May
    /// block.
    default void open(Router router, Hub hub, InFlightBytes inFlight) {}

    /// Runs its timers. Called several times a second, on an event loop.
    default void tick() {}

    /// Called once, after the last request.
    default void close() {}

    /// The grants of tokens that the client sends later, in the connection that this exchange opens. Called by the
    /// route. By default tokens are ignored: the grant stays that of the exchange.
    default TokenGrants tokens(Exchange exchange) {
        Grant grant = exchange.grant();
        return token -> CompletableFuture.completedFuture(grant);
    }
}
