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
import dev.sluice.server.http.Route;
import dev.sluice.server.http.Router;
import dev.sluice.server.http.TokenGrants;
import dev.sluice.server.http.head.Problem;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;

/// Denies clients the actions on some channels that are reserved for the program, whatever another filter
/// permits.
record OwnedChannels(AccessFilter filter, Permissions denied) implements AccessFilter {
    /// @param keptOpen patterns of channels that no client may end or delete
    /// @param owned    patterns of channels to which no client may publish either
    static AccessFilter of(AccessFilter filter, List<Pattern> keptOpen, List<Pattern> owned) {
        if (keptOpen.isEmpty() && owned.isEmpty()) return filter;
        List<Permission> unwritten = owned.stream().map(Permission::on).toList();
        List<Permission> open = Stream.concat(keptOpen.stream(), owned.stream())
                .map(Permission::on)
                .toList();
        return new OwnedChannels(
                filter, Permissions.of(Map.of(Verb.PUBLISH, unwritten, Verb.CLOSE, open, Verb.DELETE, open)));
    }

    @Override
    public void filter(Exchange exchange, Route route) {
        filter.filter(exchange, new Limited(route));
    }

    private final class Limited implements Route {
        private final Route route;

        Limited(Route route) {
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
                return limited(tokens.grantOf(token));
            }

            @Override
            public CompletableFuture<Grant> grantOf(Subscription subscription, Grant grant) {
                return limited(tokens.grantOf(subscription, grant));
            }
        };
    }

    /// Restricts the grant. A cancellation of the result cancels the original future.
    private CompletableFuture<Grant> limited(CompletableFuture<Grant> grant) {
        CompletableFuture<Grant> limited = grant.thenApply(each -> each.except(denied));
        limited.whenComplete((_, _) -> {
            if (limited.isCancelled()) grant.cancel(false);
        });
        return limited;
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
