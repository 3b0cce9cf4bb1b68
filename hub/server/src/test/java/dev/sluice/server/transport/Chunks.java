package dev.sluice.server.transport;

import dev.sluice.wire.HttpChunk;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;

/// Reads a chunked body (RFC 9112 §7.1), strictly: no extensions, no trailers, no leading zeros.
public final class Chunks {
    /// The decoded body.
    ///
    /// @param isWhole whether the last chunk was read, with nothing after it
    /// @param count   the number of chunks, without the last one
    public record Body(
            @SuppressWarnings("ArrayRecordComponent") byte[] bytes, boolean isWhole, int count) {
        public String text() {
            return new String(bytes, StandardCharsets.UTF_8);
        }
    }

    private Chunks() {}

    /// @throws AssertionError if this is not a chunked body; a body that ends early is only not whole
    public static Body read(byte[] body) {
        var in = new ByteArrayInputStream(body);
        var bytes = new ByteArrayOutputStream();
        int count = 0;
        try {
            while (true) {
                HttpChunk chunk = HttpChunk.read(in);
                if (!chunk.size().equals(Integer.toHexString(chunk.data().length)))
                    throw new AssertionError("not the size of a chunk: '" + chunk.size() + "'");
                if (chunk.isLast()) break;
                bytes.writeBytes(chunk.data());
                count++;
            }
            if (in.available() > 0) throw new AssertionError(in.available() + " bytes after the last chunk");
            return new Body(bytes.toByteArray(), true, count);
        } catch (EOFException cut) {
            return new Body(bytes.toByteArray(), false, count);
        } catch (IOException wrong) {
            throw new AssertionError(wrong);
        }
    }
}
