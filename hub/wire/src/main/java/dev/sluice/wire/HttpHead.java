package dev.sluice.wire;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.ProtocolException;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/// The head of a message of HTTP/1.1: the request or status line, the fields, and the blank line (RFC 9112 §2.1).
/// Immutable.
///
/// @param text as it was received, with all line ends
public record HttpHead(String text) {
    /// The longest head that [#read] accepts.
    public static final int BYTES_MAX = 256 << 10;

    private static final String STATUS_LINE = "HTTP/1.x ";
    private static final int STATUS_DIGITS = 3;

    /// Reads a head, and blocks until it is complete. The stream is then at the first byte of the body.
    /// Exceptions never quote the head, as it may have secrets.
    ///
    /// @throws EOFException      if the connection ends before
    /// @throws ProtocolException if a line does not end with CRLF, or the head is longer than [#BYTES_MAX]
    /// @throws IOException       if the connection breaks
    public static HttpHead read(InputStream in) throws IOException {
        var text = new StringBuilder();
        int lineStart = 0;
        while (true) {
            int next = in.read();
            if (next < 0)
                throw new EOFException("the connection ended within a head, after " + text.length() + " bytes");
            text.append((char) next);
            if (text.length() > BYTES_MAX) throw new ProtocolException("a head is longer than 256 KiB");
            if (next != '\n') continue;
            int lineBytes = text.length() - lineStart;
            if (lineBytes < 2 || text.charAt(text.length() - 2) != '\r')
                throw new ProtocolException("a line of a head ends without CR, after " + text.length() + " bytes");
            if (lineBytes == 2) return new HttpHead(text.toString());
            lineStart = text.length();
        }
    }

    public byte[] bytes() {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }

    /// Returns the status of a response; -1 if this is the head of a request, or of no message of HTTP/1.
    public int status() {
        int end = STATUS_LINE.length() + STATUS_DIGITS;
        if (!text.startsWith("HTTP/1.") || text.length() < end || text.charAt(STATUS_LINE.length() - 1) != ' ')
            return -1;
        int status = 0;
        for (int at = STATUS_LINE.length(); at < end; at++) {
            int digit = text.charAt(at) - '0';
            if (digit < 0 || digit > 9) return -1;
            status = status * 10 + digit;
        }
        return status;
    }

    /// Returns the value of the first field with this name, in any case; null if there is none.
    public @Nullable String field(String name) {
        int at = text.indexOf('\n') + 1;
        while (at > 0) {
            int end = text.indexOf('\n', at);
            int colon = at + name.length();
            if (text.regionMatches(true, at, name, 0, name.length()) && text.startsWith(":", colon))
                return text.substring(colon + 1, end < 0 ? text.length() : end).strip();
            at = end + 1;
        }
        return null;
    }

    /// Returns the length that the head announces; -1 if it announces none.
    ///
    /// @throws NumberFormatException if it is no number
    public long contentLength() {
        String length = field("Content-Length");
        return length == null ? -1 : Long.parseLong(length);
    }

    public boolean isChunked() {
        return "chunked".equalsIgnoreCase(field("Transfer-Encoding"));
    }

    /// Returns the content of the response with this head (RFC 9112 §6.3), which is the rest of the stream after an
    /// upgrade and where no length is announced. Reading it throws an [EOFException] if the connection ends before
    /// the content is complete.
    ///
    /// @param in at the first byte after the head
    public InputStream body(InputStream in) {
        int status = status();
        if (status == 101) return in;
        if (status == 204 || status == 304) return InputStream.nullInputStream();
        if (isChunked()) return HttpBody.chunked(in);
        long length = contentLength();
        return length < 0 ? in : HttpBody.ofLength(length, in);
    }

    @Override
    public String toString() {
        return text;
    }
}
