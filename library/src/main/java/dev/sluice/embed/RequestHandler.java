package dev.sluice.embed;

import dev.sluice.Request;
import dev.sluice.Responder;
import dev.sluice.Response;
import dev.sluice.core.encoding.LogField;
import dev.sluice.server.http.Answer;
import dev.sluice.server.http.Exchange;
import dev.sluice.server.http.HeaderNames;
import dev.sluice.server.http.Problems;
import dev.sluice.server.http.Refused;
import dev.sluice.server.publish.BodyCollector;
import dev.sluice.server.transport.websocket.MessageLimits;
import java.lang.System.Logger.Level;
import java.util.List;

/// Answers plain requests: reads the whole body, then runs the responder on its own virtual thread.
record RequestHandler(HandlerContext context, Responder responder) implements RouteHandler {
    private static final System.Logger LOG = System.getLogger(RequestHandler.class.getName());

    @Override
    public void handle(Exchange exchange, List<String> stars) {
        MessageLimits limits = context.messages();
        BodyCollector.collect(exchange, limits.bytesMax(), limits.inFlight(), (body, held) -> {
            Request request = ProgramRequest.of(exchange, stars, body);
            Thread thread = context.threads().start("sluice " + Problems.bare(request.path()), () -> {
                try {
                    respond(exchange, request);
                } finally {
                    held.giveBackAll();
                }
            });
            exchange.abandoned(thread::interrupt);
        });
    }

    private void respond(Exchange exchange, Request request) {
        try {
            Answer answer = answer(responder.respond(request));
            exchange.run(() -> exchange.answer(answer));
        } catch (Refused refused) {
            exchange.run(() -> exchange.refuse(refused.problem()));
        } catch (InterruptedException ended) {
            exchange.run(() -> exchange.refuse(Problems.NOT_READY.of("The server is stopping. Try again later.")));
        } catch (Throwable failure) {
            LOG.log(Level.ERROR, "a handler failed path=" + LogField.quoted(request.path()), failure);
            exchange.run(() -> exchange.refuse(
                    Problems.FAILED.of("Something went wrong in the server; its log says what. Try again later.")));
        }
    }

    static Answer answer(Response response) {
        Answer answer = Answer.of(response.status(), response.body());
        for (Response.Header each : response.headers()) answer.withAdded(each.name(), each.value());
        // The server decides on the framing of the body and on the connection's reuse.
        return answer.without(HeaderNames.CONTENT_LENGTH)
                .without(HeaderNames.TRANSFER_ENCODING)
                .without(HeaderNames.CONNECTION);
    }
}
