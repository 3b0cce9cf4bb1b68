package dev.sluice.demos.stage;

import dev.sluice.Request;
import dev.sluice.Response;
import dev.sluice.wire.HttpHead;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/// Forwards a plain request of a page to the hub behind the relay, and records its bytes for the page to
/// show.
final class PlainRequest {
    private static final int ANSWER_BYTES_MAX = 1 << 20;

    private PlainRequest() {}

    static Response send(Request page, Upstream upstream) throws IOException {
        byte[] body = page.body();
        byte[] head = Target.head(page, upstream, "Connection: close\r\nContent-Length: " + body.length + "\r\n");
        Socket socket = upstream.connect();
        try {
            upstream.wire().add(WireUnit.http(upstream.connection(page), true, joined(head, body)));
            socket.getOutputStream().write(joined(head, body));
            byte[] answer = socket.getInputStream().readNBytes(ANSWER_BYTES_MAX);
            upstream.wire().add(WireUnit.http(upstream.connection(page), false, answer));
            return response(answer);
        } finally {
            upstream.disconnect(socket);
        }
    }

    private static byte[] joined(byte[] first, byte[] second) {
        byte[] all = Arrays.copyOf(first, first.length + second.length);
        System.arraycopy(second, 0, all, first.length, second.length);
        return all;
    }

    private static Response response(byte[] answer) throws IOException {
        var in = new ByteArrayInputStream(answer);
        int status = HttpHead.read(in).status();
        String body = new String(in.readAllBytes(), StandardCharsets.UTF_8);
        return (body.isEmpty() ? Response.empty() : Response.text(body)).status(status);
    }
}
