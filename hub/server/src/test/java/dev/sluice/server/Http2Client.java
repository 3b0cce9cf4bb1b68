package dev.sluice.server;

import dev.sluice.wire.HpackEncoder;
import dev.sluice.wire.Http2Frame;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http2.DefaultHttp2HeadersDecoder;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2Headers;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// A client of HTTP/2 that sends whatever frames a test wants, and acknowledges nothing by itself (RFC 9113).
public final class Http2Client implements AutoCloseable {
    /// A whole answer.
    public record Response(Http2Headers headers, String body) {
        public int status() {
            return Integer.parseInt(headers.status().toString());
        }

        public @Nullable String header(String name) {
            CharSequence value = headers.get(name);
            return value == null ? null : value.toString();
        }
    }

    private final Socket socket;
    private final InputStream in;
    private final DefaultHttp2HeadersDecoder decoder = new DefaultHttp2HeadersDecoder();
    private final ByteArrayOutputStream batch = new ByteArrayOutputStream();
    private boolean isBatching;

    public Http2Client(HttpTestServer server) {
        this(plain(server.port()));
    }

    /// @param server with TLS
    public Http2Client(TestServer server, int... settings) {
        this(Secure.socket(server.server().uri().getPort(), "h2"), settings);
    }

    /// @param socket connected, and past its TLS handshake
    public Http2Client(Socket socket, int... settings) {
        try {
            this.socket = socket;
            socket.setSoTimeout((int) TestServer.PATIENCE.toMillis());
            in = socket.getInputStream();
            socket.getOutputStream().write(Http2Frame.PREFACE.getBytes(StandardCharsets.US_ASCII));
            settings(settings);
        } catch (IOException failed) {
            throw new AssertionError(failed);
        }
    }

    public static Socket plain(int port) {
        try {
            return new Socket(InetAddress.getLoopbackAddress(), port);
        } catch (IOException failed) {
            throw new AssertionError(failed);
        }
    }

    /// Sends the frames of an action with one write.
    public Http2Client batch(Runnable frames) {
        isBatching = true;
        frames.run();
        isBatching = false;
        byte[] all = batch.toByteArray();
        batch.reset();
        return raw(all);
    }

    /// @param idsAndValues as 4 and 0 for INITIAL_WINDOW_SIZE 0
    public Http2Client settings(int... idsAndValues) {
        return raw(Http2Frame.settings(idsAndValues).bytes());
    }

    public Http2Client frame(int type, int flags, int stream, byte... payload) {
        return raw(new Http2Frame(type, flags, stream, payload).bytes());
    }

    private Http2Client raw(byte[] bytes) {
        try {
            if (isBatching) batch.write(bytes);
            else socket.getOutputStream().write(bytes);
            return this;
        } catch (IOException failed) {
            throw new AssertionError(failed);
        }
    }

    /// Sends a GET.
    public Http2Client get(int stream, String path, String... headers) {
        return request(stream, "GET", path, true, headers);
    }

    /// Sends the head of a request to this machine.
    ///
    /// @param headers names and values
    public Http2Client request(int stream, String method, String path, boolean isLast, String... headers) {
        byte[] request =
                HpackEncoder.literals(":method", method, ":scheme", "https", ":authority", "localhost", ":path", path);
        byte[] more = HpackEncoder.literals(headers);
        return headers(
                stream,
                isLast,
                ByteBuffer.allocate(request.length + more.length)
                        .put(request)
                        .put(more)
                        .array());
    }

    public Http2Client headers(int stream, boolean isLast, byte[] block) {
        return frame(Http2Frame.HEADERS, Http2Frame.END_HEADERS | (isLast ? Http2Frame.END_STREAM : 0), stream, block);
    }

    public Http2Client data(int stream, String text, boolean isLast) {
        return frame(
                Http2Frame.DATA, isLast ? Http2Frame.END_STREAM : 0, stream, text.getBytes(StandardCharsets.UTF_8));
    }

    public Http2Client reset(int stream) {
        return raw(Http2Frame.reset(stream, Http2Frame.CANCEL).bytes());
    }

    public Http2Client openWindow(int stream, int bytes) {
        return raw(Http2Frame.windowUpdate(stream, bytes).bytes());
    }

    /// The next frame; null at the end of the connection.
    public @Nullable Http2Frame next() {
        try {
            return Http2Frame.read(in);
        } catch (EOFException ended) {
            return null;
        } catch (IOException failed) {
            throw new AssertionError(failed);
        }
    }

    /// Passes over frames until one is as asked for.
    public Http2Frame await(Predicate<Http2Frame> wanted) {
        for (Http2Frame next = next(); next != null; next = next()) {
            if (next.type() == Http2Frame.HEADERS && !wanted.test(next)) decode(next); // Each block changes the table.
            if (wanted.test(next)) return next;
        }
        throw new AssertionError("the connection ended before the frame came");
    }

    public Http2Frame await(int type) {
        return await(frame -> frame.type() == type);
    }

    public Http2Frame await(int type, int stream) {
        return await(frame -> frame.type() == type && frame.stream() == stream);
    }

    /// Waits for the head of an answer.
    public Http2Headers head(int stream) {
        return decode(await(Http2Frame.HEADERS, stream));
    }

    public Http2Headers decode(Http2Frame headers) {
        ByteBuf block = Unpooled.wrappedBuffer(headers.payload());
        try {
            return decoder.decodeHeaders(headers.stream(), block);
        } catch (Http2Exception failed) {
            throw new AssertionError(failed);
        }
    }

    /// Waits for a whole answer; frames of other streams are passed over.
    public Response response(int stream) {
        Http2Frame first = await(Http2Frame.HEADERS, stream);
        Http2Headers head = decode(first);
        StringBuilder body = new StringBuilder();
        for (Http2Frame last = first; !last.isLast(); ) {
            last = await(Http2Frame.DATA, stream);
            body.append(last.text());
        }
        return new Response(head, body.toString());
    }

    /// The text of a stream, until it contains another text.
    public String until(int stream, String end) {
        StringBuilder text = new StringBuilder();
        while (text.indexOf(end) < 0) text.append(await(Http2Frame.DATA, stream).text());
        return text.toString();
    }

    /// Waits for the end of the connection, and returns the error of its GOAWAY; -1 if a reset of the TCP connection
    /// overtook it, as may happen to a client that goes on sending (RFC 9113 §5.4.1).
    public int end() {
        try {
            return goAway();
        } catch (AssertionError failed) {
            if (failed.getCause() instanceof SocketException) return -1;
            throw failed;
        }
    }

    /// Waits for the end of the connection, and returns the error of its GOAWAY.
    public int goAway() {
        int error = await(Http2Frame.GOAWAY).error();
        while (next() != null) {} // Its other streams.
        return error;
    }

    @Override
    public void close() {
        try {
            socket.close();
        } catch (IOException failed) {
            throw new AssertionError(failed);
        }
    }
}
