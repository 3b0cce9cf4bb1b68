package dev.sluice.load;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/// Reads Server-Sent Events line by line (WHATWG HTML §9.2.6), for readers that reconnect: as in an EventSource, an
/// event and its id count once their block has ended. Slower than [PayloadFinder].
final class SseFinder implements Finder {
    private static final byte[] DATA = Paths.bytes("data: ");
    private static final byte[] ID = Paths.bytes("id: ");

    private final int size;
    private final Taker taker;
    private @Nullable String cursor;

    // The current block:
    private @Nullable String id;
    private boolean hasPayload;
    private boolean isWhole;
    private int lane;
    private int sequence;
    private int dueUs;

    SseFinder(int size, Taker taker, @Nullable String cursor) {
        this.size = size;
        this.taker = taker;
        this.cursor = cursor;
    }

    /// The id of the last complete block.
    @Nullable
    String cursor() {
        return cursor;
    }

    @Override
    public int find(ByteBuffer buffer, int from) {
        int line = from;
        for (int position = from; position < buffer.limit(); position++) {
            if (buffer.get(position) != '\n') continue;
            line(buffer, line, position);
            line = position + 1;
        }
        return line;
    }

    private void line(ByteBuffer buffer, int from, int to) {
        if (from == to) end();
        else if (begins(buffer, from, to, DATA)) data(buffer, from + DATA.length, to);
        else if (begins(buffer, from, to, ID)) id = text(buffer, from + ID.length, to);
    }

    private void data(ByteBuffer buffer, int from, int to) {
        if (to - from < Payload.BYTES_MIN || buffer.get(from) != Payload.MARK) return;
        hasPayload = true;
        isWhole = to - from == size && buffer.get(to - 1) == Payload.END;
        lane = Payload.field(buffer, from + Payload.MARKS);
        sequence = Payload.field(buffer, from + Payload.MARKS + 8);
        dueUs = Payload.field(buffer, from + Payload.MARKS + 16);
    }

    private void end() {
        if (id != null) cursor = id;
        if (hasPayload) taker.take(lane, sequence, dueUs, isWhole);
        hasPayload = false;
        id = null;
    }

    private static boolean begins(ByteBuffer buffer, int from, int to, byte[] with) {
        if (to - from < with.length) return false;
        for (int i = 0; i < with.length; i++) if (buffer.get(from + i) != with[i]) return false;
        return true;
    }

    private static String text(ByteBuffer buffer, int from, int to) {
        var bytes = new byte[to - from];
        buffer.get(from, bytes);
        return new String(bytes, StandardCharsets.US_ASCII);
    }
}
