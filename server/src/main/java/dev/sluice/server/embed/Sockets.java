package dev.sluice.server.embed;

import dev.sluice.Handler;
import dev.sluice.WebSocket;
import dev.sluice.server.http.Exchange;
import dev.sluice.server.http.Problems;
import dev.sluice.server.transport.websocket.Conversation;
import dev.sluice.server.transport.websocket.MessageLimits;
import java.util.List;

/// Makes requests a program's conversations.
record Sockets(Surroundings surroundings, Handler<WebSocket> handler) implements Target {
    @Override
    public void handle(Exchange exchange, List<String> stars) {
        Asked request = Asked.of(exchange, stars, new byte[0]);
        MessageLimits limits = surroundings.messages();
        Conversation.open(exchange, limits, conversation -> {
            String name = "sluice ws " + Problems.bare(request.path());
            Session session =
                    new Session(conversation.channel(), surroundings.threads(), name, surroundings.sendTimeout());
            Socket socket = new Socket(session, request, conversation, limits.bytesMax());
            session.begin(() -> handler.handle(socket), socket::returned);
            return socket;
        });
    }
}
