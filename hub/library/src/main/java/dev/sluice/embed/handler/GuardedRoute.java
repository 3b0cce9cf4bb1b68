package dev.sluice.embed.handler;

import dev.sluice.core.access.Verb;
import dev.sluice.core.channel.Pattern;
import dev.sluice.server.http.Exchange;
import java.util.List;

/// A route of a program that only callers with a permission may use, as the hub's keys and grants decide. Its answers
/// are for pages of the server's own origin, like those of the hub's routes for operators.
public record GuardedRoute(HandlerContext context, Guard guard, RouteHandler route) implements RouteHandler {
    /// The permission that a caller needs.
    public sealed interface Guard {
        /// A permission that all requests need.
        record Needs(Verb verb, Pattern channels) implements Guard {}

        /// The route asks for what each request needs ([dev.sluice.Request#require]).
        record Asks() implements Guard {}
    }

    @Override
    public void handle(Exchange exchange, List<String> stars) {
        exchange.isolate();
        context.access().filter(exchange, allowed -> {
            if (guard instanceof Guard.Needs(Verb verb, Pattern channels))
                allowed.grant().require(verb, channels);
            route.handle(allowed, stars);
        });
    }
}
