package dev.sluice.demos;

import dev.sluice.Routes;
import dev.sluice.Sluice;
import dev.sluice.WebSocket;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;

/// A chat: what one says, all others hear.
record Chat(Map<WebSocket, BlockingQueue<String>> inboxes) implements Program {
    /// Somebody who reads so slowly that more would wait is let go, and comes back.
    private static final int WAITING_MAX = 100;

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

    /// Runs on a thread of this client: it waits for the next message, and until the client has taken it.
    private void join(WebSocket socket) throws InterruptedException {
        var inbox = new LinkedBlockingQueue<String>(WAITING_MAX);
        inbox.add("Welcome to the WebSocket server!");
        inboxes.put(socket, inbox);
        socket.onText(message -> hear(socket, message));
        try {
            while (true) socket.send(inbox.take());
        } finally {
            inboxes.remove(socket);
        }
    }

    private void hear(WebSocket from, String message) {
        inboxes.forEach((socket, inbox) -> {
            var line = (socket.equals(from) ? "You said: " : "Other client said: ") + message;
            if (!inbox.offer(line)) socket.close(TRY_AGAIN_LATER, "too many messages wait");
        });
    }
}
