package dev.sluice.server.clients;

import dev.sluice.wire.SseBlock;
import dev.sluice.wire.SseParser;
import java.io.IOException;
import java.nio.charset.StandardCharsets;

/// Reports the Server-Sent Events in the lines of a program that does not support them.
public final class SseReader {
    private final ReceivedEvents received;
    private final SseParser parser = new SseParser();

    public SseReader(ReceivedEvents received) {
        this.received = received;
    }

    public void line(String line) {
        byte[] bytes = (line + '\n').getBytes(StandardCharsets.UTF_8);
        try {
            parser.parse(bytes, 0, bytes.length, this::take);
        } catch (IOException failed) {
            throw new AssertionError(failed);
        }
    }

    private void take(SseBlock block) {
        String id = parser.lastEventId();
        if (block.data() == null) received.cursor(id);
        else if (block.event() == null) received.event(id, block.data());
        else received.note(block.event() + " " + block.data());
    }
}
