package dev.sluice.wire;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.ProtocolException;
import java.nio.charset.StandardCharsets;

/// A chunk of a body (RFC 9112 §7.1): its size as a hexadecimal number, CRLF, the data, CRLF. The last one
/// has no data. Extensions and trailer fields are refused, because no program here sends them.
///
/// @param size the size as it was received
@SuppressWarnings("ArrayRecordComponent") // Never compared.
public record HttpChunk(String size, byte[] data) {
    private static final int DATA_BYTES_MAX = 16 << 20;
    private static final int SIZE_CHARS_MAX = 8;
    private static final int FRAMING_BYTES_MAX = 12;
    private static final int RADIX = 16;

    /// Returns a chunk with this data, on the wire. Without data it is the last one.
    public static byte[] encoded(byte[] data) {
        var chunk = new ByteArrayOutputStream(data.length + FRAMING_BYTES_MAX);
        chunk.writeBytes((Integer.toHexString(data.length) + "\r\n").getBytes(StandardCharsets.US_ASCII));
        chunk.writeBytes(data);
        chunk.write('\r');
        chunk.write('\n');
        return chunk.toByteArray();
    }

    /// Reads a chunk, and blocks until it is complete.
    ///
    /// @throws EOFException      if the connection ends before
    /// @throws ProtocolException if this is not a chunk, or it is longer than 16 MiB
    /// @throws IOException       if the connection breaks
    public static HttpChunk read(InputStream in) throws IOException {
        String size = size(in);
        int length = length(size);
        byte[] data = in.readNBytes(length);
        if (data.length < length) throw new EOFException("the connection ended within a chunk");
        lineEnd(in);
        return new HttpChunk(size, data);
    }

    /// Reads the line before the data of a chunk.
    static String size(InputStream in) throws IOException {
        var size = new StringBuilder();
        for (int next = next(in); next != '\r' || size.isEmpty(); next = next(in)) {
            if (size.length() == SIZE_CHARS_MAX || Character.digit(next, RADIX) < 0)
                throw new ProtocolException("a chunk begins with '" + size + (char) next + "'");
            size.append((char) next);
        }
        expect('\n', in);
        return size.toString();
    }

    static int length(String size) throws ProtocolException {
        long length = Long.parseLong(size, RADIX);
        if (length > DATA_BYTES_MAX) throw new ProtocolException("a chunk has " + length + " bytes");
        return (int) length;
    }

    static void lineEnd(InputStream in) throws IOException {
        expect('\r', in);
        expect('\n', in);
    }

    private static void expect(char expected, InputStream in) throws IOException {
        if (next(in) != expected) throw new ProtocolException("a line of a chunked body does not end with CRLF");
    }

    private static int next(InputStream in) throws IOException {
        int next = in.read();
        if (next < 0) throw new EOFException("the connection ended within a chunk");
        return next;
    }

    public boolean isLast() {
        return data.length == 0;
    }

    /// Returns the number of its bytes on the wire.
    public int bytes() {
        return size.length() + data.length + 4;
    }

    public String text() {
        return new String(data, StandardCharsets.UTF_8);
    }
}
