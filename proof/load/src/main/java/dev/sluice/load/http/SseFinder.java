package dev.sluice.load.http;

import dev.sluice.wire.PayloadFinder;
import dev.sluice.wire.SseBlock;
import dev.sluice.wire.SseParser;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/// Parses Server-Sent Events, for readers that reconnect: as in an EventSource, an event and its id count once their
/// block has ended. Slower than [PayloadFinder].
public final class SseFinder implements Finder {
    private final PayloadFinder payloads;
    private final SseParser events = new SseParser();
    private @Nullable String cursor;
    private long retryMs = -1;

    /// @param size   the size of all events, or [PayloadFinder#ANY_SIZE]
    /// @param cursor the cursor before the first event
    public SseFinder(int size, PayloadFinder.Taker taker, @Nullable String cursor) {
        payloads = new PayloadFinder(size, taker);
        this.cursor = cursor;
    }

    @Override
    public @Nullable String cursor() {
        return cursor;
    }

    /// The pause before a new connection that the server asked for; -1 if it did not.
    public long retryMs() {
        return retryMs;
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
        if (block.retryMs() >= 0) retryMs = block.retryMs();
        if (block.data() != null) payloads.findAll(block.data().getBytes(StandardCharsets.US_ASCII));
    }
}
