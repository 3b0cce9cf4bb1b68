package dev.sluice.client.transport;

import dev.sluice.client.http.TooLongException;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * Parses an event stream (WHATWG HTML §9.2.6), independent of the boundaries of the pieces. Unlike a browser, it also
 * returns blocks without data, because their id moves the cursor.
 */
final class SseParser {
    /**
     * A block, completed by an empty line.
     *
     * @param id   the current last event ID; null if the stream has had none
     * @param type the value of {@code event:}; empty if absent
     * @param data null if there was no {@code data:}; a browser would dispatch no event
     */
    record Block(@Nullable String id, String type, @Nullable String data) {}

    private static final byte[] BYTE_ORDER_MARK = {(byte) 0xef, (byte) 0xbb, (byte) 0xbf};
    private static final long RETRY_MS_MAX = 86_400_000;

    private final int blockBytesMax;
    private final ByteArrayOutputStream line = new ByteArrayOutputStream();
    private boolean isFirstLine = true;
    private boolean wasCr;

    private @Nullable String id;
    private boolean hasId;
    private String type = "";
    private final StringBuilder data = new StringBuilder();
    private OptionalLong retryMs = OptionalLong.empty();

    /** @param blockBytesMax limit for a line and for the data of a block */
    SseParser(int blockBytesMax) {
        this.blockBytesMax = blockBytesMax;
    }

    /** Returns the last reconnection time of the stream, limited to one day. */
    OptionalLong retryMs() {
        return retryMs;
    }

    /**
     * Consumes bytes up to the end of the next block.
     *
     * @return null if all bytes were consumed and no block is complete
     * @throws TooLongException if a line or the data of a block exceeds the limit
     */
    @Nullable
    Block next(ByteBuffer piece) throws TooLongException {
        while (piece.hasRemaining()) {
            byte b = piece.get();
            boolean isLfOfCrlf = b == '\n' && wasCr;
            wasCr = b == '\r';
            if (isLfOfCrlf) continue;
            if (b == '\n' || b == '\r') {
                var block = lineEnded();
                if (block != null) return block;
            } else {
                if (line.size() == blockBytesMax) throw tooLong();
                line.write(b);
            }
        }
        return null;
    }

    private @Nullable Block lineEnded() throws TooLongException {
        // Decodes complete lines, because CR and LF are never part of a multi-byte character. Invalid UTF-8 is
        // replaced, as the standard requires.
        var text = new String(lineBytes(), StandardCharsets.UTF_8);
        if (text.isEmpty()) return blockEnded();
        int colon = text.indexOf(':');
        if (colon < 0) field(text, "");
        else if (colon > 0) field(text.substring(0, colon), value(text, colon + 1)); // A colon at 0 begins a comment.
        return null;
    }

    private byte[] lineBytes() {
        var bytes = line.toByteArray();
        line.reset();
        if (!isFirstLine) return bytes;
        isFirstLine = false;
        boolean isMarked = Arrays.mismatch(bytes, BYTE_ORDER_MARK) >= BYTE_ORDER_MARK.length
                || Arrays.equals(bytes, BYTE_ORDER_MARK);
        return isMarked ? Arrays.copyOfRange(bytes, BYTE_ORDER_MARK.length, bytes.length) : bytes;
    }

    private static String value(String text, int from) {
        return text.substring(from < text.length() && text.charAt(from) == ' ' ? from + 1 : from);
    }

    private void field(String name, String value) throws TooLongException {
        switch (name) {
            case "event" -> type = value;
            case "data" -> {
                if (data.length() + value.length() >= blockBytesMax) throw tooLong();
                data.append(value).append('\n');
            }
            case "id" -> {
                if (value.indexOf('\0') < 0) {
                    id = value;
                    hasId = true;
                }
            }
            case "retry" -> {
                if (value.matches("[0-9]+")) retryMs = OptionalLong.of(millis(value));
            }
            default -> {} // "The field is ignored."
        }
    }

    private static long millis(String digits) {
        var significant = digits.replaceFirst("^0+(?=.)", "");
        return significant.length() > 9 ? RETRY_MS_MAX : Math.min(RETRY_MS_MAX, Long.parseLong(significant));
    }

    private @Nullable Block blockEnded() {
        var block = new Block(id, type, data.isEmpty() ? null : data.substring(0, data.length() - 1));
        boolean isEmpty = data.isEmpty() && !hasId;
        type = "";
        data.setLength(0);
        hasId = false;
        return isEmpty ? null : block;
    }

    private TooLongException tooLong() {
        return new TooLongException("a message is longer than " + blockBytesMax + " bytes");
    }
}
