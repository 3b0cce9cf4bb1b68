package dev.sluice.server.transport.websocket;

import java.util.Arrays;
import java.util.zip.Deflater;

/// A message as a client compresses it (RFC 7692 §7.2.1).
final class Compressed {
    private Compressed() {}

    static byte[] of(byte[] message) {
        Deflater deflater = new Deflater(Deflater.DEFAULT_COMPRESSION, true);
        try {
            deflater.setInput(message);
            byte[] out = new byte[message.length + 100];
            int size = deflater.deflate(out, 0, out.length, Deflater.SYNC_FLUSH);
            return Arrays.copyOf(out, size - 4);
        } finally {
            deflater.end();
        }
    }
}
