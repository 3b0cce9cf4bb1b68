package dev.sluice.bench.hostile;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/// Frames of HTTP/2 (RFC 9113 §6) that a client should not send, or not so many of them.
final class Http2 {
    private static final int HEADERS = 1;
    private static final int RST_STREAM = 3;
    private static final int SETTINGS = 4;
    private static final int PING = 6;
    private static final int CONTINUATION = 9;
    private static final int END_STREAM = 1;
    private static final int END_HEADERS = 4;
    private static final int CANCEL = 8;
    private static final short INITIAL_WINDOW_SIZE = 4;
    private static final int HEAD_BYTES = 9;

    private Http2() {}

    static byte[] settings(int windowBytes) {
        return frame(
                SETTINGS,
                0,
                0,
                ByteBuffer.allocate(6).putShort(INITIAL_WINDOW_SIZE).putInt(windowBytes));
    }

    /// Starts a stream of events.
    static byte[] subscribe(int stream, String path) {
        return frame(HEADERS, END_HEADERS | END_STREAM, stream, request(path));
    }

    static byte[] reset(int stream) {
        return frame(RST_STREAM, 0, stream, ByteBuffer.allocate(4).putInt(CANCEL));
    }

    static byte[] ping() {
        return frame(PING, 0, 0, ByteBuffer.allocate(8).position(8));
    }

    /// The beginning of a head that does not end.
    static byte[] openHead(int stream) {
        return frame(HEADERS, END_STREAM, stream, request("/"));
    }

    static byte[] continuation(int stream) {
        var field = ByteBuffer.allocate(6).put((byte) 0).put((byte) 1).put((byte) 'x');
        return frame(CONTINUATION, 0, stream, field.put((byte) 1).put((byte) 'y'));
    }

    /// `:method: GET`, `:scheme: https` of the static table (RFC 7541 appendix A), `:path` and `:authority` without it.
    private static ByteBuffer request(String path) {
        var block = ByteBuffer.allocate(64 + path.length()).put((byte) 0x82).put((byte) 0x87);
        block.put((byte) 4).put((byte) path.length()).put(path.getBytes(StandardCharsets.US_ASCII));
        return block.put((byte) 1).put((byte) 9).put("localhost".getBytes(StandardCharsets.US_ASCII));
    }

    private static byte[] frame(int type, int flags, int stream, ByteBuffer payload) {
        payload.flip();
        var frame = ByteBuffer.allocate(HEAD_BYTES + payload.remaining());
        frame.put((byte) 0)
                .putShort((short) payload.remaining())
                .put((byte) type)
                .put((byte) flags)
                .putInt(stream);
        return frame.put(payload).array();
    }
}
