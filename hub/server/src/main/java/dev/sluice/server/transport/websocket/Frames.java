package dev.sluice.server.transport.websocket;

import dev.sluice.core.encoding.ByteBuilder;
import java.nio.charset.StandardCharsets;

/// Encodes a server's frames. They are never masked. A message is one frame, or two if a prefix that differs for
/// each reader precedes bytes shared by many readers (RFC 6455 §5.2, §5.4).
///
/// ```
/// byte 0        FIN 1 | RSV1 (compressed, RFC 7692) 1 | 00 | opcode 4
/// byte 1        0 | length 7: up to 125, or 126: two bytes of length follow, or 127: eight
/// ```
public final class Frames {
    static final int COMPRESSED = 0x40;
    private static final int FIN = 0x80;

    /// The longest head of a frame without a mask (RFC 6455 §5.2).
    private static final int HEAD_BYTES_MAX = 10;

    private Frames() {}

    /// Inserts a frame head before the bytes written since `start`.
    static void close(ByteBuilder out, int start, int opcode) {
        int length = out.size() - start;
        int lengthBytes = length <= 125 ? 0 : length <= 0xFFFF ? Short.BYTES : Long.BYTES;
        out.shift(start, 2 + lengthBytes);
        out.set(start, FIN | opcode);
        out.set(
                start + 1,
                switch (lengthBytes) {
                    case 0 -> length;
                    case Short.BYTES -> 126;
                    default -> 127;
                });
        for (int i = 0; i < lengthBytes; i++)
            out.set(start + 2 + i, (int) ((long) length >> (8 * (lengthBytes - 1 - i))));
    }

    /// The first of the two frames of a text message.
    public static byte[] firstOfTwo(String text) {
        byte[] frame = text(text);
        frame[0] = FrameHead.TEXT;
        return frame;
    }

    /// Makes the bytes written since `start` the second frame of a message begun with [#firstOfTwo].
    public static void secondOfTwo(ByteBuilder out, int start) {
        close(out, start, FrameHead.CONTINUATION);
    }

    /// A text message.
    public static byte[] text(String message) {
        ByteBuilder out = new ByteBuilder(message.length() + HEAD_BYTES_MAX);
        out.text(message);
        close(out, 0, FrameHead.TEXT);
        return out.toByteArray();
    }

    public static byte[] ping() {
        return control(FrameHead.PING, new byte[0]);
    }

    static byte[] pong(byte[] payload) {
        return control(FrameHead.PONG, payload);
    }

    /// A close frame. The reason is cut to what fits, between characters.
    public static byte[] close(int code, String reason) {
        int end = Math.min(reason.length(), FrameHead.CONTROL_BYTES_MAX - 2);
        while (reason.substring(0, end).getBytes(StandardCharsets.UTF_8).length > FrameHead.CONTROL_BYTES_MAX - 2)
            end--;
        if (end > 0 && Character.isHighSurrogate(reason.charAt(end - 1))) end--;
        ByteBuilder out = new ByteBuilder();
        out.write(code >> 8);
        out.write(code);
        out.text(reason.substring(0, end));
        return control(FrameHead.CLOSE, out.toByteArray());
    }

    private static byte[] control(int opcode, byte[] payload) {
        ByteBuilder out = new ByteBuilder(payload.length + HEAD_BYTES_MAX);
        out.write(payload);
        close(out, 0, opcode);
        return out.toByteArray();
    }
}
