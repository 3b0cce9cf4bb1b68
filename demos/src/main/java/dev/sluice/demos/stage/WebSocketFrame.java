package dev.sluice.demos.stage;

import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/// A frame of a WebSocket (RFC 6455 §5.2).
///
/// ```text
/// byte 0    FIN 1 bit, reserved 3 bits, opcode 4 bits
/// byte 1    MASK 1 bit, length 7 bits; 126: two bytes of length follow, 127: eight
/// 4 bytes   the mask, in frames of clients
/// ```
///
/// @param mask    null in frames of servers
/// @param payload without the mask
@SuppressWarnings("ArrayRecordComponent") // Never compared.
record WebSocketFrame(boolean isFinal, int opcode, byte @Nullable [] mask, byte[] payload) {
    static final int CONTINUATION = 0x0;
    static final int TEXT = 0x1;
    static final int BINARY = 0x2;
    static final int CLOSE = 0x8;
    static final int PING = 0x9;
    static final int PONG = 0xA;

    private static final int PAYLOAD_MAX = 1 << 24;
    private static final int MASK_BYTES = 4;

    /// Reads a frame, and blocks until it is complete.
    ///
    /// @throws IOException if the connection ends, or a frame is larger than any of the stage's hub
    static WebSocketFrame read(InputStream from) throws IOException {
        var in = new DataInputStream(from);
        int first = in.readUnsignedByte();
        int second = in.readUnsignedByte();
        long length = switch (second & 0x7F) {
            case 126 -> in.readUnsignedShort();
            case 127 -> in.readLong();
            default -> second & 0x7F;
        };
        if (length < 0 || length > PAYLOAD_MAX) throw new IOException("a frame has " + length + " bytes");
        byte[] mask = (second & 0x80) == 0 ? null : in.readNBytes(MASK_BYTES);
        byte[] payload = in.readNBytes((int) length);
        if (payload.length < length) throw new IOException("the connection ended within a frame");
        return new WebSocketFrame(
                (first & 0x80) != 0, first & 0xF, mask, mask == null ? payload : masked(payload, mask));
    }

    /// Returns the bytes on the wire before the payload.
    byte[] head() {
        int length = payload.length;
        var head = ByteBuffer.allocate(2 + 8 + MASK_BYTES).put((byte) ((isFinal ? 0x80 : 0) | opcode));
        int bit = mask == null ? 0 : 0x80;
        if (length < 126) head.put((byte) (bit | length));
        else if (length < 1 << 16) head.put((byte) (bit | 126)).putShort((short) length);
        else head.put((byte) (bit | 127)).putLong(length);
        if (mask != null) head.put(mask);
        byte[] bytes = new byte[head.position()];
        head.flip().get(bytes);
        return bytes;
    }

    /// Returns all bytes on the wire.
    byte[] bytes() {
        byte[] head = head();
        return ByteBuffer.allocate(head.length + payload.length)
                .put(head)
                .put(mask == null ? payload : masked(payload, mask))
                .array();
    }

    private static byte[] masked(byte[] payload, byte[] mask) {
        byte[] result = new byte[payload.length];
        for (int i = 0; i < payload.length; i++) result[i] = (byte) (payload[i] ^ mask[i % MASK_BYTES]);
        return result;
    }

    String name() {
        return switch (opcode) {
            case CONTINUATION -> "continuation";
            case TEXT -> "text";
            case BINARY -> "binary";
            case CLOSE -> "close";
            case PING -> "ping";
            case PONG -> "pong";
            default -> "reserved";
        };
    }
}
