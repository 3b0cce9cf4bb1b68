package dev.sluice.lab.client;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/// Frames that a client sends over HTTP/2 (RFC 9113 §6).
final class Http2Frame {
    static final int HEAD_BYTES = 9;
    static final int DATA = 0;
    static final int HEADERS = 1;
    static final int RST_STREAM = 3;
    static final int SETTINGS = 4;
    static final int PING = 6;
    static final int GOAWAY = 7;
    static final int WINDOW_UPDATE = 8;
    static final int ACK = 1;
    static final int END_STREAM = 1;

    /// The windows that Chromium gives a stream and the connection.
    static final int STREAM_WINDOW = 6 << 20;

    static final int CONNECTION_WINDOW = 15 << 20;

    private static final int END_HEADERS = 4;
    static final int WINDOW_AT_FIRST = 65_535;
    static final int DATA_BYTES_MAX = 16 << 10;

    private static final short INITIAL_WINDOW_SIZE = 4;
    private static final byte[] PREFACE = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(StandardCharsets.US_ASCII);

    private Http2Frame() {}

    /// The preface with which a connection begins.
    static byte[] begin() {
        var settings = ByteBuffer.allocate(6).putShort(INITIAL_WINDOW_SIZE).putInt(STREAM_WINDOW);
        return joined(
                PREFACE, of(SETTINGS, 0, 0, settings.array()), windowUpdate(0, CONNECTION_WINDOW - WINDOW_AT_FIRST));
    }

    /// A request without a body.
    static byte[] get(int stream, byte[] fields) {
        return of(HEADERS, END_HEADERS | END_STREAM, stream, fields);
    }

    /// A request with a body.
    static byte[] post(int stream, byte[] fields, byte[] body) {
        var all = new ByteArrayOutputStream();
        all.writeBytes(of(HEADERS, END_HEADERS, stream, fields));
        for (int from = 0; from < body.length; from += DATA_BYTES_MAX) {
            int to = Math.min(body.length, from + DATA_BYTES_MAX);
            all.writeBytes(of(DATA, to == body.length ? END_STREAM : 0, stream, Arrays.copyOfRange(body, from, to)));
        }
        return all.toByteArray();
    }

    static byte[] windowUpdate(int stream, int bytes) {
        return of(WINDOW_UPDATE, 0, stream, ByteBuffer.allocate(4).putInt(bytes).array());
    }

    static byte[] of(int type, int flags, int stream, byte[] payload) {
        return ByteBuffer.allocate(HEAD_BYTES + payload.length)
                .put((byte) (payload.length >> 16))
                .putShort((short) payload.length)
                .put((byte) type)
                .put((byte) flags)
                .putInt(stream)
                .put(payload)
                .array();
    }

    private static byte[] joined(byte[]... parts) {
        var all = new ByteArrayOutputStream();
        for (byte[] each : parts) all.writeBytes(each);
        return all.toByteArray();
    }
}
