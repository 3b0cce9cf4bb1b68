package dev.sluice.embed.handler;

import dev.sluice.Handler;
import dev.sluice.Request;
import dev.sluice.Responder;
import dev.sluice.Response;
import dev.sluice.SseStream;
import dev.sluice.server.http.Exchange;
import dev.sluice.server.http.ServerResponse;
import dev.sluice.server.http.head.HeaderNames;
import dev.sluice.server.publish.BodyCollector;
import dev.sluice.server.transport.websocket.MessageLimits;
import java.util.List;

/// Answers plain requests: reads the whole body, then runs the responder on its own virtual thread.
public record RequestHandler(HandlerContext context, Responder responder) implements RouteHandler {
    @Override
    public void handle(Exchange exchange, List<String> stars) {
        MessageLimits limits = context.messages();
        BodyCollector.collect(exchange, limits.bytesMax(), limits.inFlight(), (body, held) -> {
            Request request = ProgramRequest.of(exchange, stars, body, context);
            HandlerThread.start(context.threads(), exchange, () -> {
                try {
                    answer(exchange, request, responder.respond(request));
                } finally {
                    held.giveBackAll();
                }
            });
        });
    }

    private void answer(Exchange exchange, Request request, Response response) {
        Handler<SseStream> events = response.events();
        if (events == null) {
            ServerResponse answer = answer(response);
            exchange.run(() -> exchange.answer(answer));
        } else {
            exchange.run(() -> StreamRoute.open(context, exchange, request, response.headers(), events));
        }
    }

    static ServerResponse answer(Response response) {
        ServerResponse answer = ServerResponse.of(response.status(), response.body());
        for (Response.Header each : response.headers()) answer.withAdded(each.name(), each.value());
        // The server decides on the framing of the body and on the connection's reuse.
        return answer.without(HeaderNames.CONTENT_LENGTH)
                .without(HeaderNames.TRANSFER_ENCODING)
                .without(HeaderNames.CONNECTION);
    }
}
