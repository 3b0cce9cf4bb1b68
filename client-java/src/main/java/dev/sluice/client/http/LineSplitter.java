package dev.sluice.client.http;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** Cuts bytes into lines at LF, however the pieces fall. A CR before it stays. */
public final class LineSplitter {
    private final int lineBytesMax;
    private final ByteArrayOutputStream line = new ByteArrayOutputStream();

    public LineSplitter(int lineBytesMax) {
        this.lineBytesMax = lineBytesMax;
    }

    /**
     * Takes bytes up to the end of the line that is begun.
     *
     * @return the line without its end, or null if all was taken and the line goes on
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

    /** The bytes behind the last line's end, of a text that ended without one. */
    public byte[] rest() {
        return line.toByteArray();
    }
}
