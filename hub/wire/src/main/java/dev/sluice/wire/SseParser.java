package dev.sluice.wire;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Parses an event stream (WHATWG HTML §9.2.5 and §9.2.6), independent of the boundaries of the pieces in which it
/// arrives. Unlike a browser, it also returns blocks without data. Used by one thread at a time.
public final class SseParser {
    /// Limit for a line and, in each block, for the data and for everything else that is kept.
    public static final int BYTES_MAX = 16 << 20;

    private static final Pattern DIGITS = Pattern.compile("[0-9]{1,18}");
    private static final int LINE_BYTES = 64; // The least memory of a line.
    private static final int KEPT_LINE_BYTES = 32 << 10; // The memory of longer lines is not kept.
    private static final byte[] NOTHING = {};

    private byte[] line = NOTHING; // The beginning of a line whose end has not arrived.
    private int lineBytes;
    private boolean isFirstLine = true;
    private boolean wasCr;
    private String lastEventId = "";

    // The current block:
    private boolean isEmpty = true;
    private @Nullable String event;
    private @Nullable StringBuilder data;
    private @Nullable String id;
    private long retryMs = -1;
    private final List<String> comments = new ArrayList<>();
    private final List<String> unknown = new ArrayList<>();
    private int keptBytes; // Of both.

    public SseParser() {}

    /// Returns the id that a client would send as `Last-Event-ID` now; empty if there is none.
    public String lastEventId() {
        return lastEventId;
    }

    /// Returns about how much memory the parser takes, most of it for a block whose end has not arrived.
    public int heldBytes() {
        int characters = length(event) + length(data) + length(id) + lastEventId.length();
        return line.length + keptBytes + 2 * characters;
    }

    private static int length(@Nullable CharSequence text) {
        return text == null ? 0 : text.length();
    }

    /// Parses the next piece of the stream.
    ///
    /// @return the blocks that it completes
    /// @throws IOException if a line, the data of a block, or its comments and unknown fields exceed [#BYTES_MAX]
    public List<SseBlock> parse(byte[] bytes) throws IOException {
        var blocks = new ArrayList<SseBlock>();
        parse(bytes, 0, bytes.length, blocks::add);
        return blocks;
    }

    /// Parses the next piece of the stream.
    ///
    /// @param blocks called with each block that the piece completes, when [#lastEventId] is that of the block
    /// @throws IOException if a line, the data of a block, or its comments and unknown fields exceed [#BYTES_MAX]
    public void parse(byte[] bytes, int from, int to, Consumer<SseBlock> blocks) throws IOException {
        int start = from;
        for (int at = from; at < to; at++) {
            byte each = bytes[at];
            if (each != '\n' && each != '\r') {
                wasCr = false;
                continue;
            }
            boolean isLfOfCrlf = each == '\n' && wasCr;
            wasCr = each == '\r';
            if (!isLfOfCrlf) line(text(bytes, start, at), blocks);
            start = at + 1;
        }
        if (start < to) keep(bytes, start, to);
    }

    private String text(byte[] bytes, int from, int to) throws IOException {
        String text;
        if (lineBytes == 0) {
            text = new String(bytes, from, to - from, StandardCharsets.UTF_8);
        } else {
            keep(bytes, from, to);
            text = new String(line, 0, lineBytes, StandardCharsets.UTF_8);
            lineBytes = 0;
            if (line.length > KEPT_LINE_BYTES) line = NOTHING;
        }
        boolean hasByteOrderMark = isFirstLine && text.startsWith("\uFEFF");
        isFirstLine = false;
        return hasByteOrderMark ? text.substring(1) : text;
    }

    private void keep(byte[] bytes, int from, int to) throws IOException {
        int length = lineBytes + to - from;
        if (length > BYTES_MAX) throw new IOException("a line of an event stream is longer than 16 MiB");
        if (length > line.length) line = Arrays.copyOf(line, Math.max(LINE_BYTES, length * 2));
        System.arraycopy(bytes, from, line, lineBytes, to - from);
        lineBytes = length;
    }

    private void line(String text, Consumer<SseBlock> blocks) throws IOException {
        if (text.isEmpty()) {
            end(blocks);
            return;
        }
        isEmpty = false;
        int colon = text.indexOf(':');
        if (colon == 0) keep(comments, text.substring(1));
        else if (colon < 0) field(text, "");
        else field(text.substring(0, colon), text.substring(colon + (text.startsWith(" ", colon + 1) ? 2 : 1)));
    }

    private void field(String name, String value) throws IOException {
        switch (name) {
            case "event" -> event = value;
            case "data" -> data(value);
            case "id" -> {
                if (value.indexOf('\0') < 0) id = value;
            }
            case "retry" -> {
                if (DIGITS.matcher(value).matches()) retryMs = Long.parseLong(value);
            }
            default -> keep(unknown, name);
        }
    }

    private void data(String value) throws IOException {
        if (data == null) data = new StringBuilder(value);
        else data.append('\n').append(value);
        if (data.length() > BYTES_MAX) throw new IOException("the data of an event is longer than 16 MiB");
    }

    private void end(Consumer<SseBlock> blocks) {
        if (isEmpty) return;
        if (id != null) lastEventId = id;
        var block = new SseBlock(
                event, data == null ? null : data.toString(), id, retryMs, List.copyOf(comments), List.copyOf(unknown));
        isEmpty = true;
        event = null;
        data = null;
        id = null;
        retryMs = -1;
        comments.clear();
        unknown.clear();
        keptBytes = 0;
        blocks.accept(block);
    }

    private void keep(List<String> list, String more) throws IOException {
        keptBytes += LINE_BYTES + more.length();
        if (keptBytes > BYTES_MAX) throw new IOException("the comments of an event are longer than 16 MiB");
        list.add(more);
    }
}
