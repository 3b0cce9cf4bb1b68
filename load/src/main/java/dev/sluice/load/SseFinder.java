package dev.sluice.load;

import dev.sluice.wire.SseBlock;
import dev.sluice.wire.SseParser;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/// Parses Server-Sent Events, for readers that reconnect: as in an EventSource, an event and its id count once their
/// block has ended. The size of a chunk of HTTP/1.1 is a field without a meaning, because servers begin a chunk with a
/// block. Slower than [PayloadFinder].
final class SseFinder implements Finder {
    private final int size;
    private final Taker taker;
    private final SseParser events = new SseParser();
    private @Nullable String cursor;

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
    public int find(ByteBuffer buffer, int from) throws IOException {
        var bytes = new byte[buffer.limit() - from];
        buffer.get(from, bytes);
        events.parse(bytes, 0, bytes.length, this::take);
        return buffer.limit();
    }

    private void take(SseBlock block) {
        if (block.id() != null) cursor = block.id();
        if (block.data() == null) return;
        var payload = ByteBuffer.wrap(block.data().getBytes(StandardCharsets.US_ASCII));
        int length = payload.limit();
        if (length < Payload.BYTES_MIN || payload.get(0) != Payload.MARK) return;
        boolean isWhole = length == size && payload.get(length - 1) == Payload.END;
        int fields = Payload.MARKS;
        taker.take(
                Payload.field(payload, fields),
                Payload.field(payload, fields + 8),
                Payload.field(payload, fields + 16),
                isWhole);
    }
}
