package dev.sluice.server.transport.websocket;

import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/// The head of a client's frame (RFC 6455 §5.2), with the checks that need nothing but the head.
///
/// ```
/// byte 0        FIN 1 | RSV1 (compressed, RFC 7692) 1 | RSV2, RSV3 | opcode 4
/// byte 1        MASK 1 | length 7: up to 125, or 126: two bytes of length follow, or 127: eight
/// then 4 bytes  the mask
/// ```
///
/// @param bytes the length of the payload
record FrameHead(boolean fin, boolean compressed, int opcode, int mask, long bytes) {
    static final int CONTINUATION = 0x0;
    static final int TEXT = 0x1;
    static final int BINARY = 0x2;
    static final int CLOSE = 0x8;
    static final int PING = 0x9;
    static final int PONG = 0xA;

    /// The longest payload of a control frame (RFC 6455 §5.5).
    static final int CONTROL_BYTES_MAX = 125;

    boolean isControl() {
        return opcode >= CLOSE;
    }

    /// Reads a head; returns null and consumes nothing if it is incomplete.
    ///
    /// @throws WebSocketException 1002 if a client may not send this head
    static @Nullable FrameHead read(ByteBuf in) {
        int from = in.readerIndex();
        if (in.readableBytes() < 2) return null;
        int first = in.getUnsignedByte(from);
        int second = in.getUnsignedByte(from + 1);
        int opcode = first & 0xF;
        boolean fin = (first & 0x80) != 0;
        int length = second & 0x7F;
        check(first, second, opcode, fin, length);
        int size = 2 + (length < 126 ? 0 : length == 126 ? 2 : 8) + 4;
        if (in.readableBytes() < size) return null;
        long bytes = switch (length) {
            case 126 -> in.getUnsignedShort(from + 2);
            case 127 -> in.getLong(from + 2);
            default -> length;
        };
        // RFC 6455 §5.2: "the minimal number of bytes MUST be used", and the highest bit is 0.
        if ((length == 126 && bytes < 126) || (length == 127 && bytes >>> 16 == 0) || bytes < 0) {
            throw broken("a length must be encoded in the fewest bytes possible");
        }
        in.skipBytes(size);
        return new FrameHead(fin, (first & 0x40) != 0, opcode, in.getInt(from + size - 4), bytes);
    }

    private static void check(int first, int second, int opcode, boolean fin, int length) {
        if ((first & 0x30) != 0) throw broken("a reserved bit is set without an agreed extension");
        if ((second & 0x80) == 0) throw broken("a client must mask its frames");
        if (opcode > PONG || (opcode > BINARY && opcode < CLOSE)) throw broken("unknown opcode " + opcode);
        if (opcode >= CLOSE && (!fin || length > CONTROL_BYTES_MAX)) {
            throw broken("a control frame must be unfragmented and have at most " + CONTROL_BYTES_MAX + " bytes");
        }
    }

    static WebSocketException broken(String reason) {
        return new WebSocketException(CloseFrame.PROTOCOL_ERROR, reason);
    }
}
