package dev.sluice.wire;

import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/// A frame of HTTP/2 (RFC 9113 §4.1). Immutable if its payload is not changed.
///
/// ```text
/// 3 bytes   length of the payload
/// 1 byte    type
/// 1 byte    flags
/// 4 bytes   stream; 0 is the connection
/// ```
///
/// @param payload with padding, if there is any
@SuppressWarnings("ArrayRecordComponent") // Never compared.
public record Http2Frame(int type, int flags, int stream, byte[] payload) {
    public static final int DATA = 0;
    public static final int HEADERS = 1;
    public static final int PRIORITY = 2;
    public static final int RST_STREAM = 3;
    public static final int SETTINGS = 4;
    public static final int PING = 6;
    public static final int GOAWAY = 7;
    public static final int WINDOW_UPDATE = 8;
    public static final int CONTINUATION = 9;

    public static final int ACK = 1;
    public static final int END_STREAM = 1;
    public static final int END_HEADERS = 4;

    public static final int INITIAL_WINDOW_SIZE = 4;

    /// An error code: the stream is no longer needed.
    public static final int CANCEL = 8;

    public static final int HEAD_BYTES = 9;

    /// The longest payload that a peer may send without asking (§4.2).
    public static final int PAYLOAD_BYTES_MAX = 16 << 10;

    /// The initial window of a connection and of each stream (§6.9.2).
    public static final int WINDOW_BYTES = 65_535;

    /// The bytes that a client sends before its first frame, which has its settings (§3.4).
    public static final String PREFACE = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";

    /// @param idsAndValues such as [#INITIAL_WINDOW_SIZE] and 0
    public static Http2Frame settings(int... idsAndValues) {
        var payload = ByteBuffer.allocate(idsAndValues.length * 3);
        for (int i = 0; i < idsAndValues.length; i += 2) {
            payload.putShort((short) idsAndValues[i]).putInt(idsAndValues[i + 1]);
        }
        return new Http2Frame(SETTINGS, 0, 0, payload.array());
    }

    public static Http2Frame settingsAck() {
        return new Http2Frame(SETTINGS, ACK, 0, new byte[0]);
    }

    /// Returns the answer to a ping with this payload.
    public static Http2Frame pingAck(byte[] payload) {
        return new Http2Frame(PING, ACK, 0, payload);
    }

    /// @param stream 0 for the connection
    public static Http2Frame windowUpdate(int stream, int bytes) {
        return new Http2Frame(WINDOW_UPDATE, 0, stream, number(bytes));
    }

    public static Http2Frame reset(int stream, int error) {
        return new Http2Frame(RST_STREAM, 0, stream, number(error));
    }

    private static byte[] number(int number) {
        return ByteBuffer.allocate(Integer.BYTES).putInt(number).array();
    }

    /// Reads a frame, and blocks until it is complete. A test may receive longer frames than a peer should send.
    ///
    /// @throws EOFException if the connection ends before
    public static Http2Frame read(InputStream from) throws IOException {
        var in = new DataInputStream(from);
        int length = in.readUnsignedByte() << 16 | in.readUnsignedShort();
        int type = in.readUnsignedByte();
        int flags = in.readUnsignedByte();
        int stream = in.readInt() & Integer.MAX_VALUE;
        byte[] payload = in.readNBytes(length);
        if (payload.length < length) throw new EOFException("the connection ended within a frame");
        return new Http2Frame(type, flags, stream, payload);
    }

    /// Returns all bytes on the wire.
    public byte[] bytes() {
        return ByteBuffer.allocate(HEAD_BYTES + payload.length)
                .put((byte) (payload.length >> 16))
                .putShort((short) payload.length)
                .put((byte) type)
                .put((byte) flags)
                .putInt(stream)
                .put(payload)
                .array();
    }

    public boolean isAck() {
        return (type == SETTINGS || type == PING) && (flags & ACK) != 0;
    }

    /// Returns true if the sender sends nothing more on this stream.
    public boolean isLast() {
        return (type == DATA || type == HEADERS) && (flags & END_STREAM) != 0;
    }

    /// Returns the error of a RST_STREAM or GOAWAY.
    public int error() {
        return ByteBuffer.wrap(payload).getInt(type == GOAWAY ? Integer.BYTES : 0);
    }

    public String text() {
        return new String(payload, StandardCharsets.UTF_8);
    }
}
