package dev.sluice.server.transport;

import dev.sluice.server.RawClient;
import dev.sluice.server.TestServer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// Reads an endless HTTP body, one chunk at a time.
abstract class HttpListener extends Listener {
    private final RawClient client;
    private boolean isOver;

    HttpListener(TestServer server, String target, String... headers) {
        this(server, target, false, headers);
    }

    HttpListener(TestServer server, String target, boolean isHttp10, String... headers) {
        this.client = new RawClient(server);
        StringBuilder request = new StringBuilder("GET " + target + " HTTP/1." + (isHttp10 ? 0 : 1) + "\r\n");
        request.append("Host: localhost\r\n");
        for (String line : headers) request.append(line).append("\r\n");
        client.send(request.append("\r\n").toString());
        head(client.until("\r\n\r\n"));
    }

    RawClient client() {
        return client;
    }

    /// Handles some more of the body.
    abstract void part(byte[] bytes);

    @Override
    protected void read() {
        if (isOver) throw new AssertionError("nothing may follow the end");
        byte[] part = status() == 200 ? part() : null;
        if (part != null) {
            part(part);
            return;
        }
        isOver = true;
    }

    /// Returns null at the end, after adding it.
    private byte @Nullable [] part() {
        try {
            InputStream in = client.socket().getInputStream();
            if ("chunked".equals(header("Transfer-Encoding"))) return chunk(in);
            if (header("Content-Length") != null) {
                byte[] whole = in.readNBytes(Integer.parseInt(header("Content-Length")));
                part(whole);
                return end("whole");
            }
            byte[] some = new byte[65_536];
            int count = in.read(some);
            return count < 0 ? end("whole") : Arrays.copyOf(some, count);
        } catch (IOException broken) {
            return end("cut");
        }
    }

    private byte @Nullable [] end(String how) {
        add(new Received.AnEnd(how));
        return null;
    }

    private byte @Nullable [] chunk(InputStream in) throws IOException {
        ByteArrayOutputStream head = new ByteArrayOutputStream();
        for (int next = in.read(); next != '\n'; next = in.read()) {
            if (next < 0) return end("cut");
            head.write(next);
        }
        int length = Integer.parseInt(head.toString(StandardCharsets.US_ASCII).strip(), 16);
        byte[] data = in.readNBytes(length);
        byte[] lineEnd = in.readNBytes(2);
        if (lineEnd.length < 2) return end("cut");
        if (lineEnd[0] != '\r' || lineEnd[1] != '\n') throw new AssertionError("a chunk without an end");
        if (length > 0) return data;
        if (in.read() >= 0) throw new AssertionError("bytes after the last chunk");
        return end("whole");
    }

    @Override
    public Received next() {
        // Any other status has no stream after it.
        if (status() != 200 && !isOver) {
            isOver = true;
            add(new Received.AnEnd(Integer.toString(status())));
        }
        return super.next();
    }

    @Override
    public void close() {
        client.close();
    }
}
