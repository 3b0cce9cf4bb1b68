package dev.sluice.server;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http2.DefaultHttp2HeadersDecoder;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2Headers;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// A client of HTTP/2 that sends whatever frames a test wants, and acknowledges nothing by itself (RFC 9113).
public final class Http2Client implements AutoCloseable {
    public static final int DATA = 0;
    public static final int HEADERS = 1;
    public static final int PRIORITY = 2;
    public static final int RST_STREAM = 3;
    public static final int SETTINGS = 4;
    public static final int PING = 6;
    public static final int GOAWAY = 7;
    public static final int WINDOW_UPDATE = 8;
    public static final int CONTINUATION = 9;

    public static final int END_STREAM = 1;
    public static final int ACK = 1;
    public static final int END_HEADERS = 4;

    /// @param payload of HEADERS without padding, which the server never adds
    @SuppressWarnings("ArrayRecordComponent") // Never compared.
    public record Frame(int type, int flags, int stream, byte[] payload) {
        public boolean isLast() {
            return (type == DATA || type == HEADERS) && (flags & END_STREAM) != 0;
        }

        /// The error of a RST_STREAM or GOAWAY.
        public int error() {
            return ByteBuffer.wrap(payload).getInt(type == GOAWAY ? 4 : 0);
        }

        public String text() {
            return new String(payload, StandardCharsets.UTF_8);
        }
    }

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
    private final DataInputStream in;
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
            in = new DataInputStream(socket.getInputStream());
            socket.getOutputStream().write("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
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
        ByteBuffer payload = ByteBuffer.allocate(idsAndValues.length * 3);
        for (int i = 0; i < idsAndValues.length; i += 2) {
            payload.putShort((short) idsAndValues[i]).putInt(idsAndValues[i + 1]);
        }
        return frame(SETTINGS, 0, 0, payload.array());
    }

    public Http2Client frame(int type, int flags, int stream, byte... payload) {
        ByteBuffer frame = ByteBuffer.allocate(9 + payload.length);
        frame.put((byte) (payload.length >> 16)).putShort((short) payload.length);
        frame.put((byte) type).put((byte) flags).putInt(stream).put(payload);
        return raw(frame.array());
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
        byte[] request = block(":method", method, ":scheme", "https", ":authority", "localhost", ":path", path);
        byte[] more = block(headers);
        return headers(
                stream,
                isLast,
                ByteBuffer.allocate(request.length + more.length)
                        .put(request)
                        .put(more)
                        .array());
    }

    public Http2Client headers(int stream, boolean isLast, byte[] block) {
        return frame(HEADERS, END_HEADERS | (isLast ? END_STREAM : 0), stream, block);
    }

    public Http2Client data(int stream, String text, boolean isLast) {
        return frame(DATA, isLast ? END_STREAM : 0, stream, text.getBytes(StandardCharsets.UTF_8));
    }

    public Http2Client reset(int stream) {
        return frame(RST_STREAM, 0, stream, (byte) 0, (byte) 0, (byte) 0, (byte) 8);
    }

    public Http2Client openWindow(int stream, int bytes) {
        return frame(
                WINDOW_UPDATE, 0, stream, ByteBuffer.allocate(4).putInt(bytes).array());
    }

    /// Literals without indexing (RFC 7541 §6.2.2).
    public static byte[] block(String... namesAndValues) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (int i = 0; i < namesAndValues.length; i += 2) {
            out.write(0);
            literal(out, namesAndValues[i]);
            literal(out, namesAndValues[i + 1]);
        }
        return out.toByteArray();
    }

    private static void literal(ByteArrayOutputStream out, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.ISO_8859_1);
        int rest = bytes.length - 127;
        out.write(Math.min(bytes.length, 127));
        for (; rest >= 128; rest >>= 7) out.write((rest & 127) | 128);
        if (bytes.length >= 127) out.write(rest);
        out.writeBytes(bytes);
    }

    /// The next frame; null at the end of the connection.
    public @Nullable Frame next() {
        try {
            int length = in.readUnsignedByte() << 16 | in.readUnsignedShort();
            int type = in.readUnsignedByte();
            int flags = in.readUnsignedByte();
            int stream = in.readInt();
            return new Frame(type, flags, stream, in.readNBytes(length));
        } catch (EOFException ended) {
            return null;
        } catch (IOException failed) {
            throw new AssertionError(failed);
        }
    }

    /// Passes over frames until one is as asked for.
    public Frame await(Predicate<Frame> wanted) {
        for (Frame next = next(); next != null; next = next()) {
            if (next.type == HEADERS && !wanted.test(next)) decode(next); // Each block changes the table.
            if (wanted.test(next)) return next;
        }
        throw new AssertionError("the connection ended before the frame came");
    }

    public Frame await(int type) {
        return await(frame -> frame.type == type);
    }

    public Frame await(int type, int stream) {
        return await(frame -> frame.type == type && frame.stream == stream);
    }

    /// Waits for the head of an answer.
    public Http2Headers head(int stream) {
        return decode(await(HEADERS, stream));
    }

    public Http2Headers decode(Frame headers) {
        ByteBuf block = Unpooled.wrappedBuffer(headers.payload);
        try {
            return decoder.decodeHeaders(headers.stream, block);
        } catch (Http2Exception failed) {
            throw new AssertionError(failed);
        }
    }

    /// Waits for a whole answer; frames of other streams are passed over.
    public Response response(int stream) {
        Frame first = await(HEADERS, stream);
        Http2Headers head = decode(first);
        StringBuilder body = new StringBuilder();
        for (Frame last = first; !last.isLast(); ) {
            last = await(DATA, stream);
            body.append(last.text());
        }
        return new Response(head, body.toString());
    }

    /// The text of a stream, until it contains another text.
    public String until(int stream, String end) {
        StringBuilder text = new StringBuilder();
        while (text.indexOf(end) < 0) text.append(await(DATA, stream).text());
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
        int error = await(GOAWAY).error();
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
