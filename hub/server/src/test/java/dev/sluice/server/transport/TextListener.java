package dev.sluice.server.transport;

import dev.sluice.server.TestServer;
import java.nio.charset.StandardCharsets;

/// A client of raw text: each chunk is an event, as nothing else separates them.
final class TextListener extends HttpListener {
    TextListener(TestServer server, String target, String... headers) {
        super(server, target, headers);
    }

    @Override
    void part(byte[] bytes) {
        add(new Received.AnEvent(null, null, null, new String(bytes, StandardCharsets.UTF_8)));
    }
}
