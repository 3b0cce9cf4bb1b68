package dev.sluice.server.embed;

import dev.sluice.Request;
import dev.sluice.Responder;
import dev.sluice.Response;
import dev.sluice.server.http.Answer;
import dev.sluice.server.http.Exchange;
import dev.sluice.server.http.Problems;
import dev.sluice.server.http.Refused;
import dev.sluice.server.publish.Body;
import dev.sluice.server.transport.websocket.MessageLimits;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpResponseStatus;
import java.lang.System.Logger.Level;
import java.util.List;

/// A plain request and its response: the body is read whole, then the responder runs on a thread of its
/// own.
record Plain(Surroundings surroundings, Responder responder) implements Target {
    private static final System.Logger LOG = System.getLogger(Plain.class.getName());

    @Override
    public void handle(Exchange exchange, List<String> stars) {
        MessageLimits limits = surroundings.messages();
        Body.collect(exchange, limits.bytesMax(), limits.inFlight(), (body, held) -> {
            Request request = Asked.of(exchange, stars, body);
            Thread thread = surroundings.threads().start("sluice " + Problems.bare(request.path()), () -> {
                try {
                    respond(exchange, request);
                } finally {
                    held.giveBackAll();
                }
            });
            exchange.closed(thread::interrupt);
        });
    }

    private void respond(Exchange exchange, Request request) {
        try {
            Answer answer = answer(responder.respond(request));
            exchange.run(() -> exchange.answer(answer));
        } catch (Refused refused) {
            exchange.run(() -> exchange.refuse(refused.problem()));
        } catch (InterruptedException ended) {
            exchange.run(() -> exchange.refuse(Problems.NOT_READY.of("The server stops. Try again later.")));
        } catch (Throwable failure) {
            LOG.log(Level.ERROR, "a handler failed path=" + Problems.quoted(request.path()), failure);
            exchange.run(() -> exchange.refuse(
                    Problems.FAILED.of("Something went wrong in the server; its log says what. Try again later.")));
        }
    }

    static Answer answer(Response response) {
        Answer answer = Answer.empty(HttpResponseStatus.valueOf(response.status()));
        for (Response.Header each : response.headers()) answer.headers().add(each.name(), each.value());
        // How the body is framed, and whether the connection goes on, is for us to say.
        answer.headers()
                .remove(HttpHeaderNames.CONTENT_LENGTH)
                .remove(HttpHeaderNames.TRANSFER_ENCODING)
                .remove(HttpHeaderNames.CONNECTION);
        return new Answer(answer.status(), answer.headers(), Unpooled.wrappedBuffer(response.body()));
    }
}
