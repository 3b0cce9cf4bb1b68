package dev.sluice.lab.client;

import dev.sluice.wire.HpackEncoder;
import dev.sluice.wire.Http2Frame;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;

/// The frames that a client sends on a connection of HTTP/2. Used by the thread that reads and the one that
/// publishes.
final class Http2Output {
    /// The windows that Chromium gives a stream and the connection.
    static final int STREAM_WINDOW = 6 << 20;

    private static final int CONNECTION_WINDOW = 15 << 20;
    private static final int FIRST = 1;

    private final Route route;
    private final OutputStream out;
    private final HpackEncoder encoder = new HpackEncoder();
    private int nextStream = FIRST;
    private long window = Http2Frame.WINDOW_BYTES; // Of the connection; a stream has one event, which fits.

    Http2Output(Route route, OutputStream out) {
        this.route = route;
        this.out = out;
    }

    /// Sends the preface with which a connection begins.
    synchronized void begin() throws IOException {
        var preface = new ByteArrayOutputStream();
        preface.writeBytes(Http2Frame.PREFACE.getBytes(StandardCharsets.US_ASCII));
        preface.writeBytes(Http2Frame.settings(Http2Frame.INITIAL_WINDOW_SIZE, STREAM_WINDOW)
                .bytes());
        preface.writeBytes(Http2Frame.windowUpdate(0, CONNECTION_WINDOW - Http2Frame.WINDOW_BYTES)
                .bytes());
        route.send(out, preface.toByteArray());
    }

    synchronized void write(Http2Frame frame) throws IOException {
        route.send(out, frame.bytes());
    }

    /// Sends a request without a body: the first stream.
    synchronized void get(String target, Map<String, String> headers) throws IOException {
        byte[] fields = encoder.get(route.authority(), target, headers);
        route.metrics().request();
        write(new Http2Frame(Http2Frame.HEADERS, Http2Frame.END_HEADERS | Http2Frame.END_STREAM, nextStream, fields));
        nextStream += 2;
    }

    /// Sends a request with a body. Waits while the server takes no more.
    synchronized void post(String target, Map<String, String> headers, byte[] body)
            throws IOException, InterruptedException {
        while (window < body.length) wait();
        window -= body.length;
        byte[] fields = encoder.post(route.authority(), target, headers);
        route.metrics().request();
        var frames = new ByteArrayOutputStream();
        frames.writeBytes(new Http2Frame(Http2Frame.HEADERS, Http2Frame.END_HEADERS, nextStream, fields).bytes());
        for (int from = 0; from < body.length; from += Http2Frame.PAYLOAD_BYTES_MAX) {
            int to = Math.min(body.length, from + Http2Frame.PAYLOAD_BYTES_MAX);
            int flags = to == body.length ? Http2Frame.END_STREAM : 0;
            var data = new Http2Frame(Http2Frame.DATA, flags, nextStream, Arrays.copyOfRange(body, from, to));
            frames.writeBytes(data.bytes());
        }
        route.send(out, frames.toByteArray());
        nextStream += 2;
    }

    /// Called when the server takes more.
    synchronized void opened(int bytes) {
        window += bytes;
        notifyAll();
    }
}
