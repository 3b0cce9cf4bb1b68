package dev.sluice.server.publish;

import dev.sluice.server.http.head.Problems;
import java.nio.ByteBuffer;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// Turns each part of a body into the data of an event as it arrives. In text, an incomplete character at the
/// end is carried over to the next part.
final class ChunkSplitter {
    private final boolean text;
    private byte[] tail = new byte[0];

    ChunkSplitter(boolean text) {
        this.text = text;
    }

    /// @return the data of an event; null if there is no complete character yet
    byte @Nullable [] feed(ByteBuffer part) {
        byte[] bytes = new byte[tail.length + part.remaining()];
        System.arraycopy(tail, 0, bytes, 0, tail.length);
        part.get(bytes, tail.length, part.remaining());
        int incomplete = text ? Utf8.tail(bytes) : 0;
        tail = Arrays.copyOfRange(bytes, bytes.length - incomplete, bytes.length);
        return incomplete == bytes.length ? null : Arrays.copyOf(bytes, bytes.length - incomplete);
    }

    /// @throws dev.sluice.server.http.head.ProblemException `400` if an incomplete character is left
    void end() {
        if (tail.length > 0) {
            throw Problems.BAD_DATA.refused("The body ends in the middle of a character: it is not valid UTF-8.");
        }
    }
}
