package dev.sluice.lab.client;

import java.nio.ByteBuffer;
import java.util.concurrent.ThreadLocalRandom;

/// Frames of a client, which are masked (RFC 6455 §5.3).
final class WebSocketFrame {
    static final int TEXT = 1;

    private static final int FINAL = 0x80;
    private static final int MASKED = 0x80;
    private static final int SHORT_MAX = 125;
    private static final int MEDIUM_MAX = 0xFFFF;
    private static final int HEAD_BYTES_MAX = 14;

    private WebSocketFrame() {}

    static byte[] of(int opcode, byte[] data) {
        var frame = ByteBuffer.allocate(HEAD_BYTES_MAX + data.length).put((byte) (FINAL | opcode));
        if (data.length <= SHORT_MAX) frame.put((byte) (MASKED | data.length));
        else if (data.length <= MEDIUM_MAX) frame.put((byte) (MASKED | 126)).putShort((short) data.length);
        else frame.put((byte) (MASKED | 127)).putLong(data.length);
        var mask = new byte[4];
        ThreadLocalRandom.current().nextBytes(mask);
        frame.put(mask);
        for (int i = 0; i < data.length; i++) frame.put((byte) (data[i] ^ mask[i & 3]));
        var bytes = new byte[frame.flip().remaining()];
        frame.get(bytes);
        return bytes;
    }
}
