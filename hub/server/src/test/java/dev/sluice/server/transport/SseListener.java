package dev.sluice.server.transport;

import dev.sluice.server.TestServer;
import dev.sluice.wire.SseBlock;
import dev.sluice.wire.SseParser;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.JsonNode;

/// A client of Server-Sent Events that interprets each block by the standard.
public final class SseListener extends HttpListener {
    private final boolean json;
    private final SseParser sse = new SseParser();
    private final List<String> comments = new ArrayList<>();
    private long retryMs = -1;
    private boolean hasEvent;

    public SseListener(TestServer server, String target, boolean json, String... headers) {
        this(server, target, json, false, headers);
    }

    public SseListener(TestServer server, String target, boolean json, boolean isHttp10, String... headers) {
        super(server, server.isHttp2(), target, isHttp10, headers);
        this.json = json;
    }

    /// The last reconnection time the server sent; -1 if none.
    public long retryMs() {
        return retryMs;
    }

    /// The text of each comment, after the colon.
    public List<String> comments() {
        return comments;
    }

    @Override
    void part(byte[] bytes) {
        long before = retryMs;
        hasEvent = false;
        try {
            sse.parse(bytes, 0, bytes.length, this::take);
        } catch (IOException failed) {
            throw new AssertionError(failed);
        }
        // An id without data: the starting cursor, or a heartbeat.
        if (sse.lastEventId().isEmpty()) return;
        if (retryMs != before) add(new Received.Begin(sse.lastEventId()));
        else if (!hasEvent) add(new Received.AHeartbeat(sse.lastEventId(), 0));
    }

    private void take(SseBlock block) {
        if (!block.unknown().isEmpty()) throw new AssertionError("unknown fields: " + block);
        comments.addAll(block.comments());
        if (block.retryMs() >= 0) retryMs = block.retryMs();
        if (block.data() == null) return;
        hasEvent = true;
        add(block, block.data());
    }

    private void add(SseBlock block, String data) {
        if (!block.type().startsWith("sluice.")) {
            add(
                    json
                            ? event(Envelopes.parse(data))
                            : new Received.AnEvent(sse.lastEventId(), null, block.type(), data));
            return;
        }
        JsonNode object = Envelopes.parse(data);
        Received received = switch (block.type()) {
            case "sluice.gap" -> gap(object);
            case "sluice.closed" -> closed(object);
            case "sluice.heartbeat" -> heartbeat(object);
            case "sluice.error" -> error(object);
            default -> throw new AssertionError(block.toString());
        };
        add(received);
    }
}
