package dev.sluice.wire;

import java.io.ByteArrayInputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/// A frame of a WebSocket (RFC 6455 §5.2). Immutable if its arrays are not changed.
///
/// ```text
/// byte 0    FIN 1 bit, reserved 3 bits, opcode 4 bits
/// byte 1    MASK 1 bit, length 7 bits; 126: two bytes of length follow, 127: eight
/// 4 bytes   the masking key, in frames of clients
/// ```
///
/// @param first   the first byte, which may have reserved bits
/// @param mask    the masking key; null in frames of servers
/// @param payload without the mask
@SuppressWarnings("ArrayRecordComponent") // Never compared.
public record WebSocketFrame(int first, byte @Nullable [] mask, byte[] payload) {
    public static final int FIN = 0x80;

    public static final int CONTINUATION = 0x0;
    public static final int TEXT = 0x1;
    public static final int BINARY = 0x2;
    public static final int CLOSE = 0x8;
    public static final int PING = 0x9;
    public static final int PONG = 0xA;

    /// The longest payload that [#read] accepts.
    public static final int PAYLOAD_BYTES_MAX = 16 << 20;

    private static final int MASK_BYTES = 4;
    private static final int MASKED = 0x80;
    private static final int SHORT_MAX = 125;
    private static final int MEDIUM_MAX = 0xFFFF;
    private static final int HEAD_BYTES_MAX = 2 + 8 + MASK_BYTES;

    /// Returns a client's frame with a random masking key.
    public static WebSocketFrame masked(int first, byte[] payload) {
        byte[] mask = new byte[MASK_BYTES];
        ThreadLocalRandom.current().nextBytes(mask);
        return new WebSocketFrame(first, mask, payload);
    }

    /// Returns a client's frame whose masking key is zero, so that the payload is sent unchanged: masking protects
    /// intermediaries (RFC 6455 §10.3), and a measurement has none.
    public static WebSocketFrame plain(int first, byte[] payload) {
        return new WebSocketFrame(first, new byte[MASK_BYTES], payload);
    }

    /// Reads a frame, and blocks until it is complete.
    ///
    /// @throws IOException if the connection ends, or the payload is longer than [#PAYLOAD_BYTES_MAX]
    public static WebSocketFrame read(InputStream from) throws IOException {
        var in = new DataInputStream(from);
        int first = in.readUnsignedByte();
        int second = in.readUnsignedByte();
        int length = length(second, in);
        byte[] mask = null;
        if ((second & MASKED) != 0) {
            mask = new byte[MASK_BYTES];
            in.readFully(mask);
        }
        byte[] payload = in.readNBytes(length);
        if (payload.length < length) throw new EOFException("the connection ended within a frame");
        return new WebSocketFrame(first, mask, mask == null ? payload : masked(payload, mask));
    }

    /// Returns true if [#read] finds a whole frame in what is left of these bytes. Copies and takes none of them.
    ///
    /// @throws IOException if the payload is longer than [#PAYLOAD_BYTES_MAX]
    public static boolean isWhole(ByteArrayInputStream bytes) throws IOException {
        bytes.mark(0);
        var in = new DataInputStream(bytes);
        try {
            in.readUnsignedByte();
            int second = in.readUnsignedByte();
            int length = length(second, in);
            return in.available() >= length + ((second & MASKED) == 0 ? 0 : MASK_BYTES);
        } catch (EOFException withinTheHead) {
            return false;
        } finally {
            bytes.reset();
        }
    }

    private static int length(int second, DataInputStream in) throws IOException {
        long length = switch (second & 0x7F) {
            case 126 -> in.readUnsignedShort();
            case 127 -> in.readLong();
            default -> second & 0x7F;
        };
        if (length < 0 || length > PAYLOAD_BYTES_MAX) throw new IOException("a frame has " + length + " bytes");
        return (int) length;
    }

    /// Returns the bytes on the wire before a payload.
    ///
    /// @param length of the payload
    public static byte[] head(int first, byte @Nullable [] mask, long length) {
        var head = ByteBuffer.allocate(HEAD_BYTES_MAX).put((byte) first);
        int bit = mask == null ? 0 : MASKED;
        if (length <= SHORT_MAX) head.put((byte) (bit | length));
        else if (length <= MEDIUM_MAX) head.put((byte) (bit | 126)).putShort((short) length);
        else head.put((byte) (bit | 127)).putLong(length);
        if (mask != null) head.put(mask);
        byte[] bytes = new byte[head.position()];
        head.flip().get(bytes);
        return bytes;
    }

    /// Returns the bytes on the wire before the payload.
    public byte[] head() {
        return head(first, mask, payload.length);
    }

    /// Returns all bytes on the wire.
    public byte[] bytes() {
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

    public boolean isFinal() {
        return (first & FIN) != 0;
    }

    public int opcode() {
        return first & 0xF;
    }

    /// Returns the name of the opcode.
    public String name() {
        return switch (opcode()) {
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
