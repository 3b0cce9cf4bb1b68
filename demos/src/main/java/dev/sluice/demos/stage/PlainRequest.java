package dev.sluice.demos.stage;

import dev.sluice.Request;
import dev.sluice.Response;
import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/// Passes a plain request of a page to the hub behind it, and keeps its bytes for the page to show.
final class PlainRequest {
    private static final int ANSWER_BYTES_MAX = 1 << 20;
    private static final int STATUS_FROM = "HTTP/1.1 ".length();

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
        String text = new String(answer, StandardCharsets.UTF_8);
        int end = text.indexOf("\r\n\r\n");
        if (end < 0) throw new IOException("the hub sent no complete answer");
        int status = Integer.parseInt(text.substring(STATUS_FROM, STATUS_FROM + 3));
        String body = text.substring(end + 4);
        return (body.isEmpty() ? Response.empty() : Response.text(body)).status(status);
    }
}
