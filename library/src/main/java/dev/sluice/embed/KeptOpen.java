package dev.sluice.embed;

import dev.sluice.core.access.Grant;
import dev.sluice.core.access.Permission;
import dev.sluice.core.access.Permissions;
import dev.sluice.core.access.Verb;
import dev.sluice.core.channel.Pattern;
import dev.sluice.core.delivery.Hub;
import dev.sluice.server.http.AccessFilter;
import dev.sluice.server.http.Exchange;
import dev.sluice.server.http.InFlightBytes;
import dev.sluice.server.http.Problem;
import dev.sluice.server.http.Route;
import dev.sluice.server.http.Router;
import dev.sluice.server.http.TokenGrants;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/// Lets no client end or delete some channels, whatever another filter permits.
record KeptOpen(AccessFilter filter, Permissions denied) implements AccessFilter {
    /// @param channels names and patterns
    static AccessFilter of(AccessFilter filter, List<Pattern> channels) {
        if (channels.isEmpty()) return filter;
        List<Permission> all = channels.stream().map(Permission::on).toList();
        return new KeptOpen(filter, Permissions.of(Map.of(Verb.CLOSE, all, Verb.DELETE, all)));
    }

    @Override
    public void filter(Exchange exchange, Route route) {
        filter.filter(exchange, new Kept(route));
    }

    private final class Kept implements Route {
        private final Route route;

        Kept(Route route) {
            this.route = route;
        }

        @Override
        public void handle(Exchange exchange) {
            exchange.setGrant(exchange.grant().except(denied));
            route.handle(exchange);
        }

        @Override
        public void refuse(Exchange exchange, Problem problem) {
            route.refuse(exchange, problem);
        }

        @Override
        public boolean isCrossOrigin() {
            return route.isCrossOrigin();
        }
    }

    @Override
    public TokenGrants tokens(Exchange exchange) {
        TokenGrants tokens = filter.tokens(exchange);
        return new TokenGrants() {
            @Override
            public CompletableFuture<Grant> grantOf(String token) {
                return kept(tokens.grantOf(token));
            }

            @Override
            public CompletableFuture<Grant> grantOf(Subscription subscription, Grant grant) {
                return kept(tokens.grantOf(subscription, grant));
            }
        };
    }

    /// Passes on its cancellation, too.
    private CompletableFuture<Grant> kept(CompletableFuture<Grant> grant) {
        CompletableFuture<Grant> kept = grant.thenApply(each -> each.except(denied));
        kept.whenComplete((_, _) -> {
            if (kept.isCancelled()) grant.cancel(false);
        });
        return kept;
    }

    @Override
    public boolean isOpen() {
        return filter.isOpen();
    }

    @Override
    public void open(Router router, Hub hub, InFlightBytes inFlight) {
        filter.open(router, hub, inFlight);
    }

    @Override
    public void tick() {
        filter.tick();
    }

    @Override
    public void close() {
        filter.close();
    }
}
