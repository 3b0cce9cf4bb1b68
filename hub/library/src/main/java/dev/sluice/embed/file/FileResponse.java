package dev.sluice.embed.file;

import dev.sluice.server.http.Exchange;
import dev.sluice.server.http.ResponseSource;
import dev.sluice.server.http.ServerResponse;
import org.jspecify.annotations.Nullable;

/// The answer to a request for a file: exactly one of its methods must be called, once.
///
/// @param bytes null if it has no body, such as a redirect
public record FileResponse(ServerResponse head, @Nullable ResponseSource bytes) {
    /// Called on the event loop.
    public void send(Exchange exchange) {
        if (bytes == null) exchange.answer(head);
        else exchange.answer(head, bytes);
    }

    public void release() {
        if (bytes != null) bytes.close();
    }
}
