package dev.sluice.lab.client;

import org.jspecify.annotations.Nullable;

/// The formats of a streamed answer.
enum StreamFormat {
    EVENTS("text/event-stream", '\n'),
    LINES("application/x-ndjson", '\n'),
    TEXT("text/plain", (char) Payload.END);

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
        void part(byte[] bytes, int from, int to, long nowNs);
    }

    Parser parser(ReaderState reader) {
        return switch (this) {
            case EVENTS -> new EventParser(reader);
            case TEXT -> reader::take;
            case LINES ->
                (bytes, from, to, nowNs) -> {
                    reader.take(bytes, from, to, nowNs);
                    @Nullable String cursor = Cursors.of(bytes, from, to);
                    if (cursor != null) reader.cursor(cursor);
                };
        };
    }
}
