package dev.sluice.sense.check;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import okhttp3.Request;
import okhttp3.Response;
import okhttp3.WebSocket;
import okhttp3.WebSocketListener;
import okio.ByteString;
import org.jspecify.annotations.Nullable;

/// Opens a WebSocket; optionally sends a text and waits for a message.
///
/// @param timeout  the timeout of a run
/// @param send     the text to send after connecting; empty to send nothing
/// @param expects  whether a message must arrive
/// @param contains a text that a message must contain; empty if any message is accepted
public record WebSocketCheck(
        WebClient client, Request request, Duration timeout, String send, boolean expects, String contains)
        implements Check {
    private static final int NORMAL_CLOSURE = 1000; // RFC 6455 §7.4.1

    @Override
    public Outcome run() throws InterruptedException {
        long start = System.nanoTime();
        var messages = new Messages(contains);
        WebSocket socket;
        try {
            socket = client.open(request, messages, timeout);
        } catch (IOException failed) {
            return failed(Reason.of(failed));
        }
        try {
            messages.opened.get();
            if (!send.isEmpty()) socket.send(send);
            String answer = expects ? messages.found.get() : "connected";
            socket.close(NORMAL_CLOSURE, null);
            return new Outcome.Passed(Duration.ofNanos(System.nanoTime() - start), Failure.cut(answer));
        } catch (ExecutionException failed) {
            socket.cancel();
            return failed(reason(failed.getCause()));
        } catch (InterruptedException late) {
            socket.cancel(); // An unfinished handshake would keep its connection.
            throw late;
        }
    }

    private Outcome failed(Phrase found) {
        return Outcome.failed(Phrase.of(expects ? "message" : "websocket"), found);
    }

    private static Phrase reason(@Nullable Throwable cause) {
        return switch (cause) {
            case null -> Phrase.of("none");
            case RefusedUpgradeException refused -> Phrase.of("status", "" + refused.status);
            case Exception failed -> Reason.of(failed);
            default -> Phrase.text(String.valueOf(cause.getMessage()));
        };
    }

    /// Thrown for an HTTP response other than the upgrade.
    private static final class RefusedUpgradeException extends IOException {
        private static final long serialVersionUID = 1L;

        final int status;

        RefusedUpgradeException(int status) {
            super("status " + status);
            this.status = status;
        }
    }

    private static final class Messages extends WebSocketListener {
        final CompletableFuture<WebSocket> opened = new CompletableFuture<>();
        final CompletableFuture<String> found = new CompletableFuture<>();
        private final String contains;

        Messages(String contains) {
            this.contains = contains;
        }

        @Override
        public void onOpen(WebSocket socket, Response response) {
            opened.complete(socket);
        }

        @Override
        public void onMessage(WebSocket socket, String message) {
            if (message.contains(contains)) found.complete(message);
        }

        @Override
        public void onMessage(WebSocket socket, ByteString message) {
            if (message.utf8().contains(contains)) found.complete(message.size() + " bytes");
        }

        @Override
        public void onClosing(WebSocket socket, int code, String reason) {
            fail(new IOException("it was closed with " + code + " " + reason));
        }

        @Override
        public void onFailure(WebSocket socket, Throwable failure, @Nullable Response response) {
            fail(response == null || response.code() == 101 ? failure : new RefusedUpgradeException(response.code()));
        }

        private void fail(Throwable failure) {
            opened.completeExceptionally(failure);
            found.completeExceptionally(failure);
        }
    }
}
