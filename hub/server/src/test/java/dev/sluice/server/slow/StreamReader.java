package dev.sluice.server.slow;

import dev.sluice.server.TestServer;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/// Reads JSON lines over a socket with a small receive buffer, only as much as it is asked to.
final class StreamReader implements AutoCloseable {
    /// Small, so that what is not read stays with the server's side soon.
    private static final int RECEIVE_BYTES = 32 * 1024;

    private final Socket socket = new Socket();
    private final InputStream in;
    private final StringBuilder text = new StringBuilder();
    private final List<String> ids = new ArrayList<>();
    private final List<String> gaps = new ArrayList<>();
    private String cursor = "";
    private boolean isOver;

    /// Waits for the head of the answer, and reads nothing else.
    StreamReader(TestServer server, String path) {
        try {
            socket.setReceiveBufferSize(RECEIVE_BYTES);
            socket.setSoTimeout((int) TestServer.PATIENCE.toMillis());
            socket.connect(new InetSocketAddress(
                    InetAddress.getLoopbackAddress(), server.server().uri().getPort()));
            in = Carrier.of(server).get(socket, path);
        } catch (IOException failed) {
            throw new AssertionError(failed);
        }
    }

    /// Reads about so many bytes, fewer at the end of the line.
    void take(int bytes) {
        int left = bytes;
        while (left > 0 && !isOver) {
            byte[] some = read(Math.min(left, 16 * 1024));
            left -= some.length;
            understand(new String(some, StandardCharsets.ISO_8859_1));
        }
    }

    /// Reads until it has had this id, or the line has ended.
    void takeUntil(String id) {
        while (!isOver && !cursor.equals(id)) understand(new String(read(16 * 1024), StandardCharsets.ISO_8859_1));
    }

    /// Reads to the end of the line, however it ends.
    void takeAll() {
        while (!isOver) understand(new String(read(16 * 1024), StandardCharsets.ISO_8859_1));
    }

    /// If the line has ended before this id came: goes on from its cursor on a new one, to there.
    void comeBack(TestServer server, String path, String id) {
        if (cursor.equals(id)) return;
        try (StreamReader again = new StreamReader(server, path + "?after=" + cursor)) {
            again.takeUntil(id);
            ids.addAll(again.ids);
            gaps.addAll(again.gaps);
            cursor = again.cursor;
        }
    }

    List<String> ids() {
        return ids;
    }

    List<String> gaps() {
        return gaps;
    }

    private byte[] read(int max) {
        try {
            byte[] buffer = new byte[max];
            int length = in.read(buffer);
            if (length < 0) {
                isOver = true;
                return new byte[0];
            }
            return java.util.Arrays.copyOf(buffer, length);
        } catch (java.net.SocketException reset) {
            isOver = true; // A cut line may end in a reset.
            return new byte[0];
        } catch (IOException failed) {
            throw new AssertionError("reading behind " + cursor, failed);
        }
    }

    /// Lines that begin with `{` are objects, the rest are heads of chunks: the data has no line ends of its own.
    private void understand(String more) {
        text.append(more);
        int end;
        while ((end = text.indexOf("\n")) >= 0) {
            String line = text.substring(0, end);
            text.delete(0, end + 1);
            if (line.startsWith("{\"id\":\"")) {
                cursor = line.substring(7, line.indexOf('"', 7));
                ids.add(cursor);
            } else if (line.startsWith("{\"gap\":")) {
                gaps.add(line);
                cursor = valueOf("resume", line);
            } else if (line.startsWith("{\"cursor\":") || line.startsWith("{\"heartbeat\":")) {
                cursor = valueOf("cursor", line);
            }
        }
    }

    private static String valueOf(String name, String line) {
        int from = line.indexOf("\"" + name + "\":\"") + name.length() + 4;
        return line.substring(from, line.indexOf('"', from));
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
