package dev.sluice.embed.handler;

import dev.sluice.Handler;
import dev.sluice.Request;
import dev.sluice.Response;
import dev.sluice.SseStream;
import dev.sluice.core.delivery.stream.StreamListener;
import dev.sluice.server.http.Exchange;
import dev.sluice.server.http.ServerResponse;
import dev.sluice.server.http.head.HeaderNames;
import dev.sluice.server.http.head.Method;
import dev.sluice.server.http.head.Status;
import dev.sluice.server.net.outlet.Outlet;
import java.util.List;

/// Answers requests with a stream of events from a program's handler.
public record StreamRoute(HandlerContext context, Handler<SseStream> handler) implements RouteHandler {
    @Override
    public void handle(Exchange exchange, List<String> stars) {
        // Customary for a route of events, though the connection closes with the stream, as it may at any time (RFC
        // 9112 §9.5). In HTTP/1.0 the close marks the end of the body, so it must not be announced there.
        List<Response.Header> headers = exchange.request().isHttp10()
                ? List.of()
                : List.of(new Response.Header(HeaderNames.CONNECTION.toString(), "keep-alive"));
        open(context, exchange, ProgramRequest.of(exchange, stars, new byte[0], context), headers, handler);
    }

    /// Answers with a stream. Call it on the event loop.
    ///
    /// @param headers further headers of the answer
    static void open(
            HandlerContext context,
            Exchange exchange,
            Request request,
            List<Response.Header> headers,
            Handler<SseStream> handler) {
        ServerResponse head = ServerResponse.empty(Status.OK)
                .with(HeaderNames.CONTENT_TYPE, "text/event-stream")
                .with(HeaderNames.CACHE_CONTROL, "no-cache")
                .with("X-Accel-Buffering", "no"); // Otherwise nginx buffers events.
        for (Response.Header each : headers) head.with(each.name(), each.value());
        if (exchange.request().method().equals(Method.HEAD)) {
            exchange.answer(head);
            return;
        }
        String name = "sluice sse " + context.threads().path(exchange);
        Watch watch = new Watch();
        Outlet outlet = exchange.stream(head, watch);
        HandlerSession session = new HandlerSession(outlet, context, name);
        HandlerStream stream = new HandlerStream(session, request, exchange.framing());
        watch.session = session;
        watch.stream = stream;
        session.begin(() -> handler.handle(stream), stream::returned);
    }

    /// Detects that the client disconnects or that the server stops.
    private static final class Watch implements StreamListener {
        @SuppressWarnings("NullAway.Init") // Set before the event loop runs anything else.
        private HandlerSession session;

        @SuppressWarnings("NullAway.Init") // Likewise.
        private HandlerStream stream;

        @Override
        public void writable() {
            // The program's threads wait for that themselves.
        }

        @Override
        public void close() {
            session.clientLeft();
        }

        @Override
        public boolean isOver() {
            return session.isOver();
        }

        @Override
        public void stopping() {
            stream.close();
        }
    }
}
