package dev.sluice.embed.handler;

import dev.sluice.Access;
import dev.sluice.Authorizer;
import dev.sluice.Request;
import dev.sluice.core.access.Grant;
import dev.sluice.core.access.Permission;
import dev.sluice.core.access.Permissions;
import dev.sluice.core.access.Principal;
import dev.sluice.core.access.Verb;
import dev.sluice.core.channel.Pattern;
import dev.sluice.core.event.EventKey;
import dev.sluice.server.http.AccessFilter;
import dev.sluice.server.http.Exchange;
import dev.sluice.server.http.Route;
import dev.sluice.server.http.TokenGrants;
import dev.sluice.server.http.head.ProblemException;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/// Asks the program's authorizer about each request, each on its own virtual thread, because it may block.
public record AuthorizerFilter(Authorizer authorizer, Threads threads) implements AccessFilter {
    @Override
    public void filter(Exchange exchange, Route route) {
        Request request = ProgramRequest.of(exchange, List.of(), new byte[0]);
        // A public page is also served to an unknown visitor: the route decides what a refusal means.
        HandlerThread.start(threads, exchange, "authorizer", () -> authorize(exchange, request, route), problem -> {
            exchange.pursue();
            route.refuse(exchange, problem);
        });
    }

    /// Asks again about the request that opened the session, with the token as its credential.
    @Override
    public TokenGrants tokens(Exchange exchange) {
        ProgramRequest opening = ProgramRequest.of(exchange, List.of(), new byte[0]);
        String name = "sluice authorizer " + threads.path(exchange);
        return token -> {
            CompletableFuture<Grant> grant = new CompletableFuture<>();
            Thread thread = threads.start(name, () -> {
                try {
                    Request request = new RenewedRequest(opening, token);
                    grant.complete(grant(authorizer.authorize(request), request));
                } catch (InterruptedException ended) {
                    grant.completeExceptionally(new ProblemException(HandlerThread.stopping()));
                } catch (Throwable failure) {
                    grant.completeExceptionally(failure);
                }
            });
            grant.whenComplete((_, _) -> {
                if (grant.isCancelled()) thread.interrupt();
            });
            return grant;
        };
    }

    private void authorize(Exchange exchange, Request request, Route route) throws Exception {
        Grant grant = grant(authorizer.authorize(request), request);
        exchange.run(() -> {
            exchange.pursue();
            exchange.setGrant(grant);
            route.handle(exchange);
        });
    }

    /// @throws IllegalArgumentException if a pattern or the name is invalid
    private static Grant grant(Access access, Request request) {
        if (!access.user().isEmpty()) EventKey.check(access.user());
        Map<Verb, List<Permission>> permissions = new EnumMap<>(Verb.class);
        access.channels()
                .forEach((action, channels) -> permissions.put(
                        verb(action),
                        channels.stream().map(Pattern::of).map(Permission::on).toList()));
        String address = request.remote().getAddress().getHostAddress();
        return Grant.of(new Principal(access.user(), address), Permissions.of(permissions));
    }

    private static Verb verb(Access.Action action) {
        return switch (action) {
            case SUBSCRIBE -> Verb.SUBSCRIBE;
            case PUBLISH -> Verb.PUBLISH;
            case PRESENCE -> Verb.PRESENCE;
            case JOIN -> Verb.JOIN;
            case LIST -> Verb.LIST;
            case CLOSE -> Verb.CLOSE;
            case DELETE -> Verb.DELETE;
            case PUBLISH_AS -> Verb.PUBLISH_AS;
        };
    }
}
