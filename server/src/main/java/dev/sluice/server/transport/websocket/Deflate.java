package dev.sluice.server.transport.websocket;

import dev.sluice.core.encoded.Bytes;
import java.util.zip.Deflater;

/// Compresses one message by itself (RFC 7692 without context takeover), so that all readers share the result and no
/// connection holds a window.
final class Deflate {
    /// Below this a frame's head and the system call cost more than the bytes saved.
    static final int BYTES_MIN = 1024;

    private Deflate() {}

    /// Replaces what was written since `start` by its compressed form; leaves it where that is not shorter.
    ///
    /// @return whether it is compressed
    static boolean compress(Bytes out, int start) {
        int length = out.size() - start;
        if (length < BYTES_MIN) return false;
        byte[] squeezed = new byte[length];
        int size;
        Deflater deflater = new Deflater(Deflater.DEFAULT_COMPRESSION, true);
        try {
            deflater.setInput(out.array(), start, length);
            size = deflater.deflate(squeezed, 0, squeezed.length, Deflater.SYNC_FLUSH);
        } finally {
            deflater.end();
        }
        // A flush ends in 00 00 FF FF, which RFC 7692 §7.2.1 leaves out. No room for it: not shorter.
        if (size < 4 || size >= length) return false;
        out.truncate(start);
        out.write(squeezed, 0, size - 4);
        return true;
    }
}
