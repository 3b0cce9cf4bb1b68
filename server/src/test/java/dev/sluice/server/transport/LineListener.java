package dev.sluice.server.transport;

import dev.sluice.server.TestServer;
import java.nio.charset.StandardCharsets;

/// JSON lines.
final class LineListener extends HttpListener {
    private String begun = "";

    LineListener(TestServer server, String target, String... headers) {
        super(server, target, headers);
    }

    @Override
    void part(byte[] bytes) {
        begun += new String(bytes, StandardCharsets.UTF_8);
        for (int end = begun.indexOf('\n'); end >= 0; end = begun.indexOf('\n')) {
            say(Envelopes.parse(begun.substring(0, end)));
            begun = begun.substring(end + 1);
        }
    }
}
