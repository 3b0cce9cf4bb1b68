package dev.sluice.server.http;

import dev.sluice.core.encoding.ByteBuilder;
import java.nio.charset.StandardCharsets;

/// The framing of an endless HTTP body. With HTTP/1.1 each event is its own chunk (RFC 9112 §7.1), so its bytes
/// are the same for every reader, regardless of where a stream was cut. HTTP/1.0 has no chunks: the body ends
/// with the connection.
public enum BodyFraming {
    CHUNKED {
        @Override
        public void close(ByteBuilder out, int start) {
            int length = out.size() - start;
            if (length == 0) return; // An empty chunk would end the body.
            insertHead(out, start, length);
            out.write('\r');
            out.write('\n');
        }

        // The length in hexadecimal digits, and the end of the line.
        private static void insertHead(ByteBuilder out, int start, int length) {
            int digits = (Integer.SIZE - Integer.numberOfLeadingZeros(length) + 3) / 4;
            out.shift(start, digits + 2);
            for (int i = 0; i < digits; i++) {
                int digit = (length >>> (4 * (digits - 1 - i))) & 0xf;
                out.set(start + i, Character.forDigit(digit, 16));
            }
            out.set(start + digits, '\r');
            out.set(start + digits + 1, '\n');
        }

        @Override
        public byte[] end() {
            return "0\r\n\r\n".getBytes(StandardCharsets.US_ASCII);
        }
    },
    PLAIN {
        @Override
        public void close(ByteBuilder out, int start) {}

        @Override
        public byte[] end() {
            return new byte[0];
        }
    };

    /// The maximum bytes of a piece in addition to its text: the line with its length, and the end of the body.
    private static final int FRAMING_BYTES = 24;

    /// The number of framings, for wires that have a format for each.
    public static final int COUNT = values().length;

    /// Distinguishes the formats of a wire by their framing: 0 to [#COUNT] - 1.
    @SuppressWarnings("EnumOrdinal") // Valid only within this process; never stored.
    public int index() {
        return ordinal();
    }

    /// Frames the bytes written since `start` as one piece.
    public abstract void close(ByteBuilder out, int start);

    /// The bytes that mark the end of a complete body.
    public abstract byte[] end();

    /// The text as one piece; empty for an empty text.
    public byte[] piece(String text) {
        ByteBuilder out = new ByteBuilder(text.length() + FRAMING_BYTES);
        out.text(text);
        close(out, 0);
        return out.toByteArray();
    }

    /// The text as one piece, followed by the end of the body.
    public byte[] lastPiece(String text) {
        ByteBuilder out = new ByteBuilder(text.length() + FRAMING_BYTES);
        out.text(text);
        close(out, 0);
        out.write(end());
        return out.toByteArray();
    }
}
