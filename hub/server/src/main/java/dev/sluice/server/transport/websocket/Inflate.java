package dev.sluice.server.transport.websocket;

import java.util.Arrays;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

/// Decompresses one message (RFC 7692 §7.2.2, without context takeover).
final class Inflate {
    /// The end of a flush, which the sender omits, then an empty final block. The block is only read as such if the
    /// message ends between two blocks, as a flush does; so a truncated message is detected.
    private static final byte[] END = {0, 0, (byte) 0xFF, (byte) 0xFF, 1, 0, 0, (byte) 0xFF, (byte) 0xFF};

    private static final int BYTES_MIN = 1024;

    /// The maximum number of blocks that a sender may mark as final. Each restarts the decompressor, which
    /// takes far longer than reading the two bytes of an empty block; senders that mark blocks mark a few.
    static final int FINAL_BLOCKS_MAX = 64;

    private Inflate() {}

    /// @param compressed the message, in the first `size` bytes
    /// @param bytesMax   the maximum length of the decompressed message
    /// @throws WebSocketException 1007 if the data is not in the agreed format, 1009 if the message is longer
    static byte[] message(byte[] compressed, int size, int bytesMax) {
        if (size == 0) return new byte[0];
        byte[] in = Arrays.copyOf(compressed, size + END.length);
        System.arraycopy(END, 0, in, size, END.length);
        Inflater inflater = new Inflater(true);
        try {
            return inflate(inflater, in, bytesMax);
        } catch (DataFormatException invalid) {
            throw broken();
        } finally {
            inflater.end();
        }
    }

    private static byte[] inflate(Inflater inflater, byte[] in, int bytesMax) throws DataFormatException {
        byte[] out = new byte[Math.min(bytesMax, Math.max(BYTES_MIN, 2 * in.length))];
        int length = 0;
        int finalBlocks = 0;
        inflater.setInput(in);
        while (true) {
            length += inflater.inflate(out, length, out.length - length);
            if (inflater.finished()) {
                int rest = inflater.getRemaining();
                if (rest == 0) return Arrays.copyOf(out, length);
                // The sender marked a block as final, and another follows (RFC 7692 §7.2.3.4).
                if (++finalBlocks > FINAL_BLOCKS_MAX) throw broken();
                inflater.reset();
                inflater.setInput(in, in.length - rest, rest);
            } else if (length == out.length) {
                if (length > bytesMax) throw MessageDecoder.tooBig(bytesMax);
                out = Arrays.copyOf(out, (int) Math.min(bytesMax + 1L, 2L * length));
            } else {
                throw broken(); // The data is incomplete, or needs a dictionary.
            }
        }
    }

    private static WebSocketException broken() {
        return new WebSocketException(CloseFrame.INVALID, "the message is not compressed in the agreed format");
    }
}
