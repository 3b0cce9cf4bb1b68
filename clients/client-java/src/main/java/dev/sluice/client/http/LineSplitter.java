package dev.sluice.client.http;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** Splits bytes into lines at LF, independent of the boundaries of the pieces. A CR before LF is kept. */
public final class LineSplitter {
    private final int lineBytesMax;
    private final ByteArrayOutputStream line = new ByteArrayOutputStream();

    public LineSplitter(int lineBytesMax) {
        this.lineBytesMax = lineBytesMax;
    }

    /**
     * Consumes bytes up to the end of the current line.
     *
     * @return the line without LF; null if all bytes were consumed and the line is incomplete
     */
    public byte @Nullable [] next(ByteBuffer piece) throws TooLongException {
        while (piece.hasRemaining()) {
            byte b = piece.get();
            if (b == '\n') {
                var whole = line.toByteArray();
                line.reset();
                return whole;
            }
            if (line.size() == lineBytesMax) {
                throw new TooLongException("a line is longer than " + lineBytesMax + " bytes");
            }
            line.write(b);
        }
        return null;
    }

    /** Returns the bytes after the last LF. */
    public byte[] rest() {
        return line.toByteArray();
    }
}
