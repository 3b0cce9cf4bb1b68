package dev.sluice.server.transport;

import dev.sluice.server.Http2Client;
import dev.sluice.server.RawClient;
import dev.sluice.server.TestServer;
import dev.sluice.wire.Http2Frame;
import dev.sluice.wire.HttpChunk;
import io.netty.handler.codec.http2.Http2Headers;
import java.io.IOException;
import java.io.InputStream;
import java.net.ProtocolException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Locale;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// Reads an endless HTTP body, one chunk at a time.
public abstract class HttpListener extends Listener {
    private final @Nullable RawClient client;
    private final @Nullable Http2Client http2;
    private String block = ""; // Of HTTP/2.
    private boolean isOver;

    HttpListener(TestServer server, String target, String... headers) {
        this(server, server.isHttp2(), target, false, headers);
    }

    HttpListener(TestServer server, boolean isHttp2, String target, boolean isHttp10, String... headers) {
        if (isHttp2) {
            this.client = null;
            this.http2 = new Http2Client(server);
            http2.get(1, target, http2Headers(headers));
            head(http1Head(http2.head(1)));
            return;
        }
        this.http2 = null;
        this.client = new RawClient(server);
        StringBuilder request = new StringBuilder("GET " + target + " HTTP/1." + (isHttp10 ? 0 : 1) + "\r\n");
        request.append("Host: localhost\r\n");
        for (String line : headers) request.append(line).append("\r\n");
        client().send(request.append("\r\n").toString());
        head(client().until("\r\n\r\n"));
    }

    /// Names and values of header lines.
    static String[] http2Headers(String... lines) {
        return Arrays.stream(lines)
                .flatMap(line -> Stream.of(
                        line.substring(0, line.indexOf(':')).toLowerCase(Locale.ROOT),
                        line.substring(line.indexOf(':') + 1).strip()))
                .toArray(String[]::new);
    }

    /// A head of HTTP/2 as one of HTTP/1.1.
    static String http1Head(Http2Headers head) {
        StringBuilder text = new StringBuilder("HTTP/2 " + head.status() + "\r\n");
        head.forEach(each -> text.append(each.getKey() + ": " + each.getValue() + "\r\n"));
        return text.toString();
    }

    RawClient client() {
        return Objects.requireNonNull(client, "over HTTP/2");
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
        if (http2 != null) return http2Part(http2);
        try {
            InputStream in = client().socket().getInputStream();
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

    /// A block of events; of other formats what a frame has.
    private byte @Nullable [] http2Part(Http2Client from) {
        boolean isEvents = "text/event-stream".equals(header("Content-Type"));
        while (block.isEmpty() || (isEvents && !block.contains("\n\n"))) {
            Http2Frame next =
                    from.await(frame -> frame.type() == Http2Frame.DATA || frame.type() == Http2Frame.RST_STREAM);
            if (next.type() == Http2Frame.RST_STREAM) return end("cut");
            from.openWindow(0, 1 << 20).openWindow(1, 1 << 20);
            block += new String(next.payload(), StandardCharsets.ISO_8859_1);
            if (next.isLast()) {
                if (!block.isEmpty()) part(block.getBytes(StandardCharsets.ISO_8859_1));
                return end("whole");
            }
        }
        int end = isEvents ? block.indexOf("\n\n") + 2 : block.length();
        byte[] part = block.substring(0, end).getBytes(StandardCharsets.ISO_8859_1);
        block = block.substring(end);
        return part;
    }

    private byte @Nullable [] end(String how) {
        add(new Received.AnEnd(how));
        return null;
    }

    private byte @Nullable [] chunk(InputStream in) throws IOException {
        HttpChunk chunk;
        try {
            chunk = HttpChunk.read(in);
        } catch (ProtocolException wrong) {
            throw new AssertionError(wrong);
        }
        if (!chunk.isLast()) return chunk.data();
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
        if (client != null) client.close();
        if (http2 != null) http2.close();
    }
}
