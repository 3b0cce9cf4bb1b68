package dev.sluice.demos;

import dev.sluice.Routes;
import dev.sluice.Sluice;
import dev.sluice.WebSocket;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;

/// A chat: each client receives the messages of all clients.
record Chat(Map<WebSocket, BlockingQueue<String>> inboxes) implements Program {
    /// The maximum number of messages that wait for one client. A client that reads too slowly is
    /// disconnected, and reconnects.
    private static final int INBOX_MAX = 100;

    private static final int TRY_AGAIN_LATER = 1013;

    Chat() {
        this(new ConcurrentHashMap<>());
    }

    @Override
    public Sluice server() {
        return Sluice.inMemory().port(8080).origins("*").withoutHubPaths();
    }

    @Override
    public void routes(Routes routes) {
        routes.ws("/**", this::join).resources("/", Chat.class, "chat");
    }

    /// Runs on the client's own thread: waits for the next message, then until the client has accepted it.
    private void join(WebSocket socket) throws InterruptedException {
        var inbox = new LinkedBlockingQueue<String>(INBOX_MAX);
        inbox.add("Welcome to the WebSocket server!");
        inboxes.put(socket, inbox);
        socket.onText(message -> broadcast(socket, message));
        try {
            while (true) socket.send(inbox.take());
        } finally {
            inboxes.remove(socket);
        }
    }

    private void broadcast(WebSocket from, String message) {
        inboxes.forEach((socket, inbox) -> {
            var text = (socket.equals(from) ? "You said: " : "Other client said: ") + message;
            if (!inbox.offer(text)) socket.close(TRY_AGAIN_LATER, "too many messages wait");
        });
    }
}
