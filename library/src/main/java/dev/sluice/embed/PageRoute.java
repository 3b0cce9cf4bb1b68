package dev.sluice.embed;

import dev.sluice.Request;
import dev.sluice.core.encoding.LogField;
import dev.sluice.server.http.Exchange;
import dev.sluice.server.http.Problems;
import dev.sluice.server.http.Status;
import java.lang.System.Logger.Level;
import java.util.List;
import java.util.function.Predicate;

/// Answers with a page if the resource that the address names exists, and with another page if not.
///
/// @param found   the name of the page
/// @param missing the name of the page for everything else
record PageRoute(Paths paths, Predicate<? super Request> exists, String found, String missing) implements RouteHandler {
    private static final System.Logger LOG = System.getLogger(PageRoute.class.getName());

    @Override
    public void handle(Exchange exchange, List<String> stars) {
        Request request = ProgramRequest.of(exchange, stars, new byte[0]);
        paths.threads().start("sluice " + Problems.bare(request.path()), () -> answer(exchange, request));
    }

    private void answer(Exchange exchange, Request request) {
        try {
            boolean isFound = exists.test(request);
            exchange.run(() ->
                    paths.pages().answer(exchange, isFound ? found : missing, isFound ? Status.OK : Status.NOT_FOUND));
        } catch (RuntimeException | Error failure) {
            LOG.log(Level.ERROR, "a handler failed path=" + LogField.quoted(request.path()), failure);
            exchange.run(() -> exchange.refuse(
                    Problems.FAILED.of("Something went wrong in the server; its log says what. Try again later.")));
        }
    }
}
