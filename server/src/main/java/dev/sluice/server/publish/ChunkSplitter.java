package dev.sluice.server.publish;

import dev.sluice.server.http.Problems;
import io.netty.buffer.ByteBuf;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// Makes an event of each part of a body as it comes. In text, a character that is cut in two waits for its rest.
final class ChunkSplitter {
    private final boolean text;
    private byte[] tail = new byte[0];

    ChunkSplitter(boolean text) {
        this.text = text;
    }

    /// @return the data of an event; null: nothing whole yet
    byte @Nullable [] feed(ByteBuf part) {
        byte[] bytes = new byte[tail.length + part.readableBytes()];
        System.arraycopy(tail, 0, bytes, 0, tail.length);
        part.readBytes(bytes, tail.length, part.readableBytes());
        int waits = text ? Utf8.tail(bytes) : 0;
        tail = Arrays.copyOfRange(bytes, bytes.length - waits, bytes.length);
        return waits == bytes.length ? null : Arrays.copyOf(bytes, bytes.length - waits);
    }

    /// @throws dev.sluice.server.http.Refused `400` if half a character is left
    void end() {
        if (tail.length > 0) {
            throw Problems.BAD_DATA.refused("The body ends in the middle of a character: it is no UTF-8.");
        }
    }
}
