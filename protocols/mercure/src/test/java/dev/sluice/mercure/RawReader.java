package dev.sluice.mercure;

import dev.sluice.wire.SseBlock;
import dev.sluice.wire.SseParser;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/// A subscriber that reads only when it is told to. It speaks HTTP/1.0, in which the connection's end is the
/// body's.
final class RawReader implements AutoCloseable {
    private static final int PATIENCE_MS = 30_000;

    private final Socket socket = new Socket();
    private final InputStream in;
    final String head;

    /// @param target  path and query
    /// @param headers lines, sent as UTF-8
    RawReader(MercureHub mercure, String target, String... headers) throws IOException {
        socket.setReceiveBufferSize(4 << 10);
        socket.setSoTimeout(PATIENCE_MS);
        int port = mercure.hub.uri().getPort();
        socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
        String more = String.join(
                "", List.of(headers).stream().map(each -> each + "\r\n").toList());
        String request = "GET " + target + " HTTP/1.0\r\nHost: localhost:" + port + "\r\n" + more + "\r\n";
        socket.getOutputStream().write(request.getBytes(StandardCharsets.UTF_8));
        in = new BufferedInputStream(socket.getInputStream(), 1 << 10);
        head = readHead();
    }

    private String readHead() throws IOException {
        var text = new StringBuilder();
        for (int each; text.indexOf("\r\n\r\n") < 0 && (each = in.read()) >= 0; ) text.append((char) each);
        return text.toString();
    }

    /// Reads events until there is one that ends it, or the stream ends.
    List<SseBlock> readUntil(Predicate<SseBlock> isLast) throws IOException {
        List<SseBlock> events = new ArrayList<>();
        var parser = new SseParser();
        byte[] buffer = new byte[1 << 10];
        while (events.isEmpty() || !isLast.test(events.getLast())) {
            int read = in.read(buffer);
            if (read < 0) return events;
            parser.parse(buffer, 0, read, block -> {
                if (block.data() != null) events.add(block);
            });
        }
        return events;
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
