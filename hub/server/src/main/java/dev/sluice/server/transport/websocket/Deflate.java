package dev.sluice.server.transport.websocket;

import dev.sluice.core.encoding.ByteBuilder;
import java.util.zip.Deflater;

/// Compresses each message on its own (RFC 7692 without context takeover), so that all readers share the result and
/// no connection holds a compression window.
final class Deflate {
    /// The shortest message worth compressing: below it the frame's head and the system call cost more than the
    /// bytes saved.
    static final int BYTES_MIN = 1024;

    private Deflate() {}

    /// Replaces the bytes written since `start` by their compressed form, unless that is not shorter.
    ///
    /// @return true if the bytes are compressed now
    static boolean compress(ByteBuilder out, int start) {
        int length = out.size() - start;
        if (length < BYTES_MIN) return false;
        byte[] compressed = new byte[length];
        int size;
        Deflater deflater = new Deflater(Deflater.DEFAULT_COMPRESSION, true);
        try {
            deflater.setInput(out.array(), start, length);
            size = deflater.deflate(compressed, 0, compressed.length, Deflater.SYNC_FLUSH);
        } finally {
            deflater.end();
        }
        // RFC 7692 §7.2.1 omits the 00 00 FF FF at the end of a flush. A result that fills the array is not shorter.
        if (size < 4 || size >= length) return false;
        out.truncate(start);
        out.write(compressed, 0, size - 4);
        return true;
    }
}
