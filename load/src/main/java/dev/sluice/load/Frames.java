package dev.sluice.load;

import java.nio.ByteBuffer;

/// WebSocket frames of a client (RFC 6455 §5.2). The masking key is zero, so data is sent unchanged: masking protects
/// intermediaries, and a measurement has none.
final class Frames {
    private static final int FINAL = 0x80;
    private static final int TEXT = 1;
    private static final int PONG = 10;
    private static final int MASKED = 0x80;
    private static final int KEY_BYTES = 4;

    private Frames() {}

    static ByteBuffer text(byte[] data) {
        var frame = ByteBuffer.allocate(14 + data.length);
        frame.put(textHead(data.length)).put(data);
        return frame.flip();
    }

    /// The header of a text frame with this many bytes.
    static byte[] textHead(int length) {
        var head = ByteBuffer.allocate(14).put((byte) (FINAL | TEXT));
        if (length < 126) head.put((byte) (MASKED | length));
        else if (length < 1 << 16) head.put((byte) (MASKED | 126)).putShort((short) length);
        else head.put((byte) (MASKED | 127)).putLong(length);
        var bytes = new byte[head.position() + KEY_BYTES];
        head.flip().get(bytes, 0, head.limit());
        return bytes;
    }

    static ByteBuffer pong() {
        return ByteBuffer.allocate(2 + KEY_BYTES).put(0, (byte) (FINAL | PONG)).put(1, (byte) MASKED);
    }
}
