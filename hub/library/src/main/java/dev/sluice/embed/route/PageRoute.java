package dev.sluice.embed.route;

import dev.sluice.Request;
import dev.sluice.embed.handler.HandlerThread;
import dev.sluice.embed.handler.ProgramRequest;
import dev.sluice.embed.handler.RouteHandler;
import dev.sluice.server.http.Exchange;
import dev.sluice.server.http.head.Status;
import java.util.List;
import java.util.function.Predicate;

/// Answers with a page if the resource that the address names exists, otherwise with another page.
///
/// @param found   the name of the page
/// @param missing the name of the page for everything else
record PageRoute(Paths paths, Predicate<? super Request> exists, String found, String missing) implements RouteHandler {
    @Override
    public void handle(Exchange exchange, List<String> stars) {
        Request request = ProgramRequest.of(exchange, stars, new byte[0]);
        HandlerThread.start(paths.threads(), exchange, () -> {
            boolean isFound = exists.test(request);
            exchange.run(() ->
                    paths.pages().answer(exchange, isFound ? found : missing, isFound ? Status.OK : Status.NOT_FOUND));
        });
    }
}
