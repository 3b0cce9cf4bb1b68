package dev.sluice.embed.handler;

import dev.sluice.Handler;
import dev.sluice.Request;
import dev.sluice.Responder;
import dev.sluice.Response;
import dev.sluice.SseStream;
import dev.sluice.server.http.ByteBufferSource;
import dev.sluice.server.http.Exchange;
import dev.sluice.server.http.InFlightBytes;
import dev.sluice.server.http.ResponseSource;
import dev.sluice.server.http.ServerResponse;
import dev.sluice.server.http.head.HeaderNames;
import dev.sluice.server.http.head.ProblemException;
import dev.sluice.server.publish.BodyCollector;
import dev.sluice.server.transport.websocket.MessageLimits;
import java.nio.ByteBuffer;
import java.util.List;

/// Answers plain requests: reads the whole body, then runs the responder on its own virtual thread.
public record RequestHandler(HandlerContext context, Responder responder) implements RouteHandler {
    /// The kernel takes a smaller answer at once, whether or not the client reads.
    private static final int SMALL_BYTES = 16 << 10;

    private static final byte[] NOTHING = new byte[0];

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
            exchange.run(() -> {
                if (answer.body().length <= SMALL_BYTES) exchange.answer(answer);
                else exchange.answer(answer.withBody(NOTHING), counted(exchange, answer.body()));
            });
        } else {
            exchange.run(() -> StreamRoute.open(context, exchange, request, response.headers(), events));
        }
    }

    /// Counts a body until its client has read it.
    ///
    /// @throws ProblemException `503` if the budget is used up
    private ResponseSource counted(Exchange exchange, byte[] body) {
        InFlightBytes budget = context.unread();
        // Once a part is sent, no refusal can follow it: the connection is closed.
        InFlightBytes.EvictableHolder unread = budget.holder(exchange.loop(), exchange::abort);
        // Whatever a program sends fits in, though perhaps nothing else beside it.
        unread.take(Math.min(body.length, budget.bytesMax() / 4));
        unread.await();
        return new ByteBufferSource(ByteBuffer.wrap(body), unread::moved, unread::giveBackAll);
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
