package dev.sluice.load;

import java.nio.ByteBuffer;

/// Frames that a client of HTTP/2 sends (RFC 9113 §6).
final class Http2Frames {
    static final int HEAD_BYTES = 9;

    /// Larger ones need the client's consent, which it does not give.
    static final int BYTES_MAX = 16 << 10;

    static final int DATA = 0;
    static final int HEADERS = 1;
    static final int RST_STREAM = 3;
    static final int SETTINGS = 4;
    static final int PING = 6;
    static final int GOAWAY = 7;
    private static final int WINDOW_UPDATE = 8;

    static final int ACK = 1;
    static final int END_STREAM = 1;
    private static final int END_HEADERS = 4;

    /// Of streams; that of the connection is increased to it. It is the highest there is.
    static final int WINDOW_BYTES = Integer.MAX_VALUE;

    private static final int WINDOW_BYTES_AT_FIRST = 65_535;

    private static final byte[] PREFACE = Paths.bytes("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n");
    private static final short INITIAL_WINDOW_SIZE = 4;

    // Of the static table (RFC 7541 appendix A), and without indexing (§6.2.2).
    private static final byte METHOD_GET = (byte) 0x82;
    private static final byte SCHEME_HTTPS = (byte) 0x87;
    private static final byte AUTHORITY = 1;
    private static final byte PATH = 4;
    private static final byte[] ACCEPT = {0x0F, 19 - 15};

    /// A field of a response whose status is 200.
    static final byte STATUS_200 = (byte) 0x88;

    private Http2Frames() {}

    /// Writes what a connection begins with.
    static void begin(ByteBuffer out) {
        out.put(PREFACE);
        head(out, 6, SETTINGS, 0, 0).putShort(INITIAL_WINDOW_SIZE).putInt(WINDOW_BYTES);
        windowUpdate(out, 0, WINDOW_BYTES - WINDOW_BYTES_AT_FIRST);
    }

    /// Writes a request without a body.
    static void get(ByteBuffer out, int stream, String authority, String path, String accept) {
        int at = out.position();
        head(out, 0, HEADERS, END_HEADERS | END_STREAM, stream)
                .put(METHOD_GET)
                .put(SCHEME_HTTPS)
                .put(AUTHORITY);
        text(out, authority);
        text(out.put(PATH), path);
        text(out.put(ACCEPT), accept);
        int length = out.position() - at - HEAD_BYTES;
        out.put(at, (byte) (length >> 16)).putShort(at + 1, (short) length);
    }

    static void windowUpdate(ByteBuffer out, int stream, int bytes) {
        head(out, 4, WINDOW_UPDATE, 0, stream).putInt(bytes);
    }

    static void settingsAck(ByteBuffer out) {
        head(out, 0, SETTINGS, ACK, 0);
    }

    static void pingAck(ByteBuffer out, long data) {
        head(out, 8, PING, ACK, 0).putLong(data);
    }

    private static ByteBuffer head(ByteBuffer out, int length, int type, int flags, int stream) {
        return out.put((byte) (length >> 16))
                .putShort((short) length)
                .put((byte) type)
                .put((byte) flags)
                .putInt(stream);
    }

    /// A string without Huffman's code; its length is an integer with a prefix of seven bits (RFC 7541 §5).
    private static void text(ByteBuffer out, String text) {
        int length = text.length();
        if (length < 127) {
            out.put((byte) length);
        } else {
            out.put((byte) 127);
            int left = length - 127;
            for (; left >= 128; left >>>= 7) out.put((byte) ((left & 127) | 128));
            out.put((byte) left);
        }
        out.put(Paths.bytes(text));
    }
}
