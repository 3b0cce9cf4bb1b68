package dev.sluice.server.http;

import dev.sluice.core.access.Grant;
import java.util.concurrent.CompletableFuture;

/// Runs before the routes of a [Router] and decides what a request may do.
@FunctionalInterface
public interface AccessFilter {
    /// Everybody may do everything.
    AccessFilter OPEN = (exchange, route) -> {
        exchange.setGrant(Grant.EVERYTHING);
        route.handle(exchange);
    };

    /// [Sets the grant][Exchange#setGrant] and then passes the exchange on, or answers it: now or later, on the
    /// connection's event loop, which it must not block.
    void filter(Exchange exchange, Route route);

    /// The grants of tokens that the client sends later, in the connection that this exchange opens. Called by the
    /// route. By default tokens are ignored: the grant stays that of the exchange.
    default TokenGrants tokens(Exchange exchange) {
        Grant grant = exchange.grant();
        return token -> CompletableFuture.completedFuture(grant);
    }
}
