package dev.sluice.client.transport;

import dev.sluice.client.http.TooLongException;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * Reads an event stream as WHATWG HTML §9.2.6 says, however its bytes fall into pieces. What a browser would keep to
 * itself, a block without data, is told too, as its id moves the reader.
 */
final class SseParser {
    /**
     * What an empty line completes.
     *
     * @param id   the last event ID in force, null if this stream has had none
     * @param type what {@code event:} said, else empty
     * @param data null if there was no {@code data:}, so that a browser would dispatch nothing
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

    /** @param blockBytesMax the longest line, and the most data of a block */
    SseParser(int blockBytesMax) {
        this.blockBytesMax = blockBytesMax;
    }

    /** The reconnection time that the stream last asked for; at most a day, more is as good as for ever. */
    OptionalLong retryMs() {
        return retryMs;
    }

    /**
     * Takes bytes up to the end of the next block.
     *
     * @return null if all was taken and no block is complete
     * @throws TooLongException if a line, or the data of a block, is beyond the limit
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
        // Decoded by whole lines, as neither CR nor LF is ever part of a longer character; what is no UTF-8 is
        // replaced,
        // as the standard has it.
        var text = new String(lineBytes(), StandardCharsets.UTF_8);
        if (text.isEmpty()) return blockEnded();
        int colon = text.indexOf(':');
        if (colon < 0) field(text, "");
        else if (colon > 0) field(text.substring(0, colon), value(text, colon + 1)); // At 0 it is a comment.
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
        return digits.length() > 9 ? RETRY_MS_MAX : Math.min(RETRY_MS_MAX, Long.parseLong(digits));
    }

    private @Nullable Block blockEnded() {
        var block = new Block(id, type, data.isEmpty() ? null : data.substring(0, data.length() - 1));
        boolean isNothing = data.isEmpty() && !hasId;
        type = "";
        data.setLength(0);
        hasId = false;
        return isNothing ? null : block;
    }

    private TooLongException tooLong() {
        return new TooLongException("a message is longer than " + blockBytesMax + " bytes");
    }
}
