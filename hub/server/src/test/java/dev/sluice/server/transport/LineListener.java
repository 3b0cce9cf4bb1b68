package dev.sluice.server.transport;

import dev.sluice.server.TestServer;
import java.nio.charset.StandardCharsets;

/// A client of JSON lines.
final class LineListener extends HttpListener {
    private String buffer = "";

    LineListener(TestServer server, String target, String... headers) {
        super(server, target, headers);
    }

    @Override
    void part(byte[] bytes) {
        buffer += new String(bytes, StandardCharsets.UTF_8);
        for (int end = buffer.indexOf('\n'); end >= 0; end = buffer.indexOf('\n')) {
            add(Envelopes.parse(buffer.substring(0, end)));
            buffer = buffer.substring(end + 1);
        }
    }
}
