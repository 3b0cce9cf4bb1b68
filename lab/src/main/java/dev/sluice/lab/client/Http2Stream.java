package dev.sluice.lab.client;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/// Server-Sent Events over HTTP/2, and publishes on the same connection. Each client has one, as each browser has.
final class Http2Stream implements Transport, EventSink {
    private final Route route;
    private final String target;
    private final ConnectionSlot<Http2Output> slot = new ConnectionSlot<>();

    /// @param target the path of the channel
    Http2Stream(Route route, String target) {
        this.route = route;
        this.target = target;
    }

    @Override
    public void read(ReaderState reader) throws IOException {
        var headers = route.headers().ofRequest("https://" + route.authority(), StreamFormat.EVENTS.accept());
        headers.put("Cache-Control", "no-cache");
        @Nullable String cursor = reader.cursor();
        if (cursor != null) headers.put("Last-Event-ID", cursor);
        var socket = route.connect();
        try {
            var out = new Http2Output(route, socket.getOutputStream());
            var body = new Http2Input(route, socket, out);
            out.begin();
            out.get(target + "?after=latest", headers);
            body.awaitAnswer();
            slot.opened(out);
            reader.ready();
            DelimitedStream.read(body, StreamFormat.EVENTS, reader);
        } finally {
            slot.closed();
            route.close(socket);
        }
    }

    @Override
    public void send(byte[] data) throws IOException, InterruptedException {
        var out = slot.get();
        var headers = route.headers().ofRequest("https://" + route.authority(), "*/*");
        headers.put("Content-Type", "text/plain");
        out.post("/channels/" + CHANNEL, headers, data);
    }

    @Override
    public long pauseMs(ReaderState reader, int failures) {
        return reader.retryMs() >= 0 ? reader.retryMs() : Backoff.ms(failures);
    }
}
