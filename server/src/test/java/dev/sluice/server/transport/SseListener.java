package dev.sluice.server.transport;

import dev.sluice.server.TestServer;
import java.io.ByteArrayOutputStream;
import java.util.List;
import tools.jackson.databind.JsonNode;

/// Server-Sent Events, block by block, each understood as the standard says.
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

    /// What the server last said of when to come back; -1: nothing.
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
                stream.messages().subList(messages, stream.messages().size())) say(message);
        boolean isQuiet = stream.messages().size() == messages;
        messages = stream.messages().size();
        boolean isBegin = stream.reconnectionMs() != retryMs;
        retryMs = stream.reconnectionMs();
        // An id without data: the beginning, or a heartbeat.
        if (isBegin && !stream.lastEventId().isEmpty()) say(new Heard.Begin(stream.lastEventId()));
        else if (isQuiet && !stream.lastEventId().isEmpty()) say(new Heard.ABeat(stream.lastEventId(), 0));
    }

    private void say(EventStream.Message message) {
        String id = message.lastEventId();
        if (!message.type().startsWith("sluice.")) {
            say(
                    json
                            ? event(Envelopes.parse(message.data()))
                            : new Heard.AnEvent(id, null, message.type(), message.data()));
            return;
        }
        JsonNode object = Envelopes.parse(message.data());
        Heard said = switch (message.type()) {
            case "sluice.gap" -> gap(object);
            case "sluice.closed" -> closed(object);
            case "sluice.heartbeat" -> beat(object);
            case "sluice.error" -> error(object);
            default -> throw new AssertionError(message.toString());
        };
        say(said);
    }
}
