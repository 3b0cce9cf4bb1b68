package dev.sluice.lab.client;

import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.nio.ByteBuffer;

/// The body of the one stream of a connection of HTTP/2. Answers to what the hub sends besides are sent on the way.
final class Http2Input extends InputStream {
    private static final int BUFFER_BYTES = 16 << 10;
    private static final int FRAME_BYTES_MAX = 16 << 10;
    private static final int STREAM = 1;
    private static final int SIZE_UPDATE_MASK = 0xE0;
    private static final int SIZE_UPDATE = 0x20; // Of HPACK's dynamic table (RFC 7541 §6.3).
    private static final int STATUS_200 = 0x88; // Of the static table.

    private final DataInputStream in;
    private final Http2Output out;
    private int left; // Of the current DATA frame.
    private int unacknowledged;
    private boolean isAnswered;

    Http2Input(Route route, Socket socket, Http2Output out) throws IOException {
        this.out = out;
        in = new DataInputStream(new BufferedInputStream(route.in(socket), BUFFER_BYTES));
    }

    /// Blocks until the head of the answer has arrived.
    void awaitAnswer() throws IOException {
        while (!isAnswered) frame();
    }

    @Override
    public int read() throws IOException {
        var one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
    }

    @Override
    public int read(byte[] bytes, int from, int length) throws IOException {
        while (left == 0) frame();
        int read = in.read(bytes, from, Math.min(length, left));
        if (read < 0) throw new IOException("the connection ended");
        left -= read;
        unacknowledged += read;
        if (unacknowledged > Http2Frame.STREAM_WINDOW / 2) {
            out.write(Http2Frame.windowUpdate(STREAM, unacknowledged));
            out.write(Http2Frame.windowUpdate(0, unacknowledged));
            unacknowledged = 0;
        }
        return read;
    }

    private void frame() throws IOException {
        int word = in.readInt(); // At the end of the connection, readInt throws.
        int length = word >>> 8;
        int type = word & 0xFF;
        int flags = in.readUnsignedByte();
        boolean isPost =
                (in.readInt() & Integer.MAX_VALUE) > STREAM; // Its answer: what arrives tells whether it was good.
        if (length > FRAME_BYTES_MAX) throw new IOException("a frame is longer than 16 KiB");
        if (type == Http2Frame.DATA && !isPost) {
            left = length;
            if (length == 0 && (flags & Http2Frame.END_STREAM) != 0) throw new IOException("the stream has ended");
            return;
        }
        var payload = new byte[length];
        in.readFully(payload);
        boolean isAck = (flags & Http2Frame.ACK) != 0;
        switch (type) {
            case Http2Frame.HEADERS -> {
                if (!isPost) answer(payload);
            }
            case Http2Frame.DATA -> out.write(Http2Frame.windowUpdate(0, Math.max(1, length)));
            case Http2Frame.WINDOW_UPDATE -> {
                if (!isPost) out.opened(ByteBuffer.wrap(payload).getInt());
            }
            case Http2Frame.SETTINGS -> {
                if (!isAck) out.write(Http2Frame.of(Http2Frame.SETTINGS, Http2Frame.ACK, 0, new byte[0]));
            }
            case Http2Frame.PING -> {
                if (!isAck) out.write(Http2Frame.of(Http2Frame.PING, Http2Frame.ACK, 0, payload));
            }
            case Http2Frame.RST_STREAM -> throw new IOException("the hub reset the stream");
            case Http2Frame.GOAWAY ->
                throw new IOException("the hub ended the connection: error "
                        + ByteBuffer.wrap(payload).getInt(4));
            default -> {} // Nothing that concerns this client.
        }
    }

    private void answer(byte[] fields) throws IOException {
        int at = 0;
        while (at < fields.length && (fields[at] & SIZE_UPDATE_MASK) == SIZE_UPDATE) at++;
        if (at == fields.length || (fields[at] & 0xFF) != STATUS_200) {
            throw new IOException("a stream over HTTP/2 was answered with another status than 200");
        }
        isAnswered = true;
    }
}
