package dev.sluice.lab.client;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/// Server-Sent Events over HTTP/2, and publishes on the same connection. Each client has one, as each browser has.
final class Http2Stream implements Transport, Outgoing {
    private final Route route;
    private final String target;
    private volatile @Nullable Http2Output open;

    /// @param target the path of the channel
    Http2Stream(Route route, String target) {
        this.route = route;
        this.target = target;
    }

    @Override
    public void read(Reader reader) throws IOException {
        var headers = route.headers().ofRequest("https://" + route.authority(), Format.EVENTS.accept());
        headers.put("Cache-Control", "no-cache");
        @Nullable String cursor = reader.cursor();
        if (cursor != null) headers.put("Last-Event-ID", cursor);
        var socket = route.connect();
        try {
            var out = new Http2Output(route, socket.getOutputStream());
            var body = new Http2Input(route, socket, out);
            out.write(Http2Frame.begin());
            out.get(target + "?after=latest", headers);
            body.awaitAnswer();
            open = out;
            reader.ready();
            Parts.read(body, Format.EVENTS.delimiter(), Format.EVENTS.parser(reader));
        } finally {
            open = null;
            route.close(socket);
        }
    }

    @Override
    public void send(byte[] data) throws IOException, InterruptedException {
        var out = open;
        if (out == null) throw new IOException("the connection is not open");
        var headers = route.headers().ofRequest("https://" + route.authority(), "*/*");
        headers.put("Content-Type", "text/plain");
        out.post("/channels/" + CHANNEL, headers, data);
    }

    @Override
    public long pauseMs(Reader reader, int failures) {
        return reader.retryMs() >= 0 ? reader.retryMs() : Pause.backoffMs(failures);
    }
}
