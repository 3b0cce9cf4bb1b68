package dev.sluice.server.transport;

import dev.sluice.server.TestServer;
import java.nio.charset.StandardCharsets;

/// Each chunk is an event, as nothing else tells them apart.
final class TextListener extends HttpListener {
    TextListener(TestServer server, String target, String... headers) {
        super(server, target, headers);
    }

    @Override
    void part(byte[] bytes) {
        say(new Heard.AnEvent(null, null, null, new String(bytes, StandardCharsets.UTF_8)));
    }
}
