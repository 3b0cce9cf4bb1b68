package dev.sluice.embed.handler;

import dev.sluice.Handler;
import dev.sluice.WebSocket;
import dev.sluice.server.http.Exchange;
import dev.sluice.server.transport.websocket.MessageLimits;
import dev.sluice.server.transport.websocket.ProgramWebSocket;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Passes WebSocket connections to a program's handler.
///
/// @param subprotocol null to accept none, whatever the client offers
public record WebSocketRoute(
        HandlerContext context, @Nullable String subprotocol, Handler<WebSocket> handler) implements RouteHandler {
    @Override
    public void handle(Exchange exchange, List<String> stars) {
        ProgramRequest request = ProgramRequest.of(exchange, stars, new byte[0], context);
        MessageLimits limits = context.messages();
        ProgramWebSocket.open(exchange, subprotocol, limits, webSocket -> {
            String name = "sluice ws " + context.threads().path(exchange);
            HandlerSession session = new HandlerSession(webSocket.outlet(), context, name);
            HandlerSocket socket = new HandlerSocket(session, request, webSocket, context.gate());
            session.begin(() -> handler.handle(socket), socket::returned);
            return socket;
        });
    }
}
