package dev.sluice.load.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ProtocolException;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Responses with an announced end, wherever reads split them.
final class Http1ConnectionTest {
    private static final String CHUNKED = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";

    private final SocketChannel socket = SocketChannel.open();
    private final Socket server;
    private final Reader reader = new Reader();
    private final Http1Connection connection;
    private final ByteBuffer buffer = ByteBuffer.allocate(1_000);

    Http1ConnectionTest() throws IOException {
        try (var listener = ServerSocketChannel.open()) {
            listener.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
            socket.connect(listener.getLocalAddress());
            server = listener.accept().socket();
        }
        connection = new Http1Connection(new Connection.Plain(socket), "localhost", reader);
    }

    @AfterEach
    void close() throws IOException {
        socket.close();
        server.close();
    }

    /// Keeps the last byte until more have arrived, as the finders keep the beginning of an event.
    private static final class Reader implements Subscriber {
        final StringBuilder body = new StringBuilder();
        int ends;

        @Override
        public Request request() {
            return Request.get("/", Map.of());
        }

        @Override
        public void begin(HttpConnection begun) {
            body.setLength(0);
        }

        @Override
        public int find(ByteBuffer bytes, int from) {
            int keep = Math.max(from, bytes.limit() - 1);
            for (int at = from; at < keep; at++) body.append((char) bytes.get(at));
            return keep;
        }

        @Override
        public void end() {
            ends++;
        }

        @Override
        public void lost(HttpConnection lost, IOException reason) {
            throw new AssertionError(reason);
        }
    }

    /// Sends a piece, and has it read before the next one.
    private void answer(String bytes, int pieceBytes) throws IOException {
        byte[] all = bytes.getBytes(StandardCharsets.ISO_8859_1);
        for (int at = 0; at < all.length; at += pieceBytes) {
            int length = Math.min(pieceBytes, all.length - at);
            server.getOutputStream().write(all, at, length);
            for (int read = 0; read < length; ) {
                read += connection.read(buffer);
                connection.take(buffer);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 5, 1_000})
    void takesTheDataOfChunksAndThenTheNextResponse(int pieceBytes) throws IOException {
        answer(CHUNKED + "5\r\nfirst\r\n0B\r\n, and more.\r\n", pieceBytes);
        assertThat(reader.body).hasToString("first, and more");
        assertThat(connection.openReaders()).isOne();
        answer("0\r\n\r\n", pieceBytes);
        assertThat(reader.ends).isOne();
        assertThat(connection.openReaders()).isZero();

        connection.send(reader.request());
        answer("HTTP/1.1 200 OK\r\nContent-Length: 7\r\n\r\nsecond.", pieceBytes);
        assertThat(reader.body).hasToString("second");
        assertThat(reader.ends).isEqualTo(2);
    }

    @ParameterizedTest
    @ValueSource(strings = {"\r\n", "x\r\n", "5;a=b\r\n", "123456789\r\n", "1\r\nab\r\n", "1\ra\r\n"})
    void refusesWhatIsNoChunk(String bytes) {
        assertThatThrownBy(() -> answer(CHUNKED + bytes, 1_000)).isInstanceOf(ProtocolException.class);
    }

    @Test
    void refusesMoreThanTheLastChunk() {
        assertThatThrownBy(() -> answer(CHUNKED + "0\r\n\r\n.", 1_000))
                .isInstanceOf(ProtocolException.class)
                .hasMessage("a chunked body is followed by more bytes");
    }
}
