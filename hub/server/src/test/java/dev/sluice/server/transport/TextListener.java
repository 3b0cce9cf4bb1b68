package dev.sluice.server.transport;

import dev.sluice.server.TestServer;
import java.nio.charset.StandardCharsets;

/// A client of raw text: each chunk is an event, as nothing else separates them. It speaks HTTP/1.1 also to a server of
/// HTTP/2, which has no chunks.
final class TextListener extends HttpListener {
    TextListener(TestServer server, String target, String... headers) {
        super(server, false, target, false, headers);
    }

    @Override
    void part(byte[] bytes) {
        add(new Received.AnEvent(null, null, null, new String(bytes, StandardCharsets.UTF_8)));
    }
}
