package dev.sluice.server.transport;

import dev.sluice.server.TestServer;
import java.io.ByteArrayOutputStream;
import java.util.List;
import tools.jackson.databind.JsonNode;

/// A client of Server-Sent Events that interprets each block by the standard.
public final class SseListener extends HttpListener {
    private final boolean json;
    private final ByteArrayOutputStream all = new ByteArrayOutputStream();
    private int messages;
    private long retryMs = -1;
    private List<String> comments = List.of();

    public SseListener(TestServer server, String target, boolean json, String... headers) {
        this(server, target, json, false, headers);
    }

    public SseListener(TestServer server, String target, boolean json, boolean isHttp10, String... headers) {
        super(server, target, isHttp10, headers);
        this.json = json;
    }

    /// The last reconnection time the server sent; -1 if none.
    public long retryMs() {
        return retryMs;
    }

    public List<String> comments() {
        return comments;
    }

    @Override
    void part(byte[] bytes) {
        all.writeBytes(bytes);
        EventStream stream = EventStream.read(all.toByteArray());
        comments = stream.comments();
        for (EventStream.Message message :
                stream.messages().subList(messages, stream.messages().size())) add(message);
        boolean hasNoMessage = stream.messages().size() == messages;
        messages = stream.messages().size();
        boolean isStart = stream.reconnectionMs() != retryMs;
        retryMs = stream.reconnectionMs();
        // An id without data: the starting cursor, or a heartbeat.
        if (isStart && !stream.lastEventId().isEmpty()) add(new Received.Begin(stream.lastEventId()));
        else if (hasNoMessage && !stream.lastEventId().isEmpty()) add(new Received.AHeartbeat(stream.lastEventId(), 0));
    }

    private void add(EventStream.Message message) {
        String id = message.lastEventId();
        if (!message.type().startsWith("sluice.")) {
            add(
                    json
                            ? event(Envelopes.parse(message.data()))
                            : new Received.AnEvent(id, null, message.type(), message.data()));
            return;
        }
        JsonNode object = Envelopes.parse(message.data());
        Received received = switch (message.type()) {
            case "sluice.gap" -> gap(object);
            case "sluice.closed" -> closed(object);
            case "sluice.heartbeat" -> heartbeat(object);
            case "sluice.error" -> error(object);
            default -> throw new AssertionError(message.toString());
        };
        add(received);
    }
}
