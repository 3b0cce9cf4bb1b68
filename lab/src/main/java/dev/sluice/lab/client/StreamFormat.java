package dev.sluice.lab.client;

import dev.sluice.wire.SseBlock;
import dev.sluice.wire.SseParser;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/// The formats of a streamed answer.
enum StreamFormat {
    EVENTS("text/event-stream", '\n'),
    LINES("application/x-ndjson", '\n'),
    TEXT("text/plain", ';'); // The last byte of a payload.

    private final String accept;
    private final byte delimiter;

    StreamFormat(String accept, char delimiter) {
        this.accept = accept;
        this.delimiter = (byte) delimiter;
    }

    String accept() {
        return accept;
    }

    byte delimiter() {
        return delimiter;
    }

    /// Takes apart what a stream has between two delimiters.
    interface Parser {
        /// @param to the end, with the delimiter
        void part(byte[] bytes, int from, int to, long nowNs) throws IOException;
    }

    Parser parser(ReaderState reader) {
        return switch (this) {
            case EVENTS -> {
                var events = new SseParser();
                yield (bytes, from, to, nowNs) -> events.parse(bytes, from, to, block -> take(block, reader, nowNs));
            }
            case TEXT -> reader::take;
            case LINES ->
                (bytes, from, to, nowNs) -> {
                    reader.take(bytes, from, to, nowNs);
                    @Nullable String cursor = Cursors.of(bytes, from, to);
                    if (cursor != null) reader.cursor(cursor);
                };
        };
    }

    /// An event counts, with its id, when the blank line after it has arrived.
    private static void take(SseBlock block, ReaderState reader, long nowNs) {
        String data = block.data();
        if (data != null) reader.take(data.getBytes(StandardCharsets.US_ASCII), 0, data.length(), nowNs);
        if (block.id() != null) reader.cursor(block.id());
        if (block.retryMs() >= 0) reader.retryMs(block.retryMs());
    }
}
