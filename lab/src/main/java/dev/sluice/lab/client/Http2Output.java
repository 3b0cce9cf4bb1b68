package dev.sluice.lab.client;

import java.io.IOException;
import java.io.OutputStream;
import java.util.Map;

/// The frames that a client sends on a connection of HTTP/2. Used by the thread that reads and the one that
/// publishes.
final class Http2Output {
    private static final int FIRST = 1;

    private final Route route;
    private final OutputStream out;
    private final HeaderEncoder encoder = new HeaderEncoder();
    private int nextStream = FIRST;
    private long window = Http2Frame.WINDOW_AT_FIRST; // Of the connection; a stream has one event, which fits.

    Http2Output(Route route, OutputStream out) {
        this.route = route;
        this.out = out;
    }

    synchronized void write(byte[] bytes) throws IOException {
        route.send(out, bytes);
    }

    /// Sends a request without a body: the first stream.
    synchronized void get(String target, Map<String, String> headers) throws IOException {
        byte[] fields = encoder.get(route.authority(), target, headers);
        route.metrics().request();
        route.send(out, Http2Frame.get(nextStream, fields));
        nextStream += 2;
    }

    /// Sends a request with a body. Waits while the server takes no more.
    synchronized void post(String target, Map<String, String> headers, byte[] body)
            throws IOException, InterruptedException {
        while (window < body.length) wait();
        window -= body.length;
        byte[] fields = encoder.post(route.authority(), target, headers);
        route.metrics().request();
        route.send(out, Http2Frame.post(nextStream, fields, body));
        nextStream += 2;
    }

    /// Called when the server takes more.
    synchronized void opened(int bytes) {
        window += bytes;
        notifyAll();
    }
}
