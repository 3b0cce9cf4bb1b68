package dev.sluice.server.clients;

import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// Clients under Node, each a process of `src/test/js/follow.mjs`.
enum NodeClient implements ForeignClient {
    /// Ignores an id without data (against WHATWG HTML §9.2.6), so its URL has to name the start of the first
    /// connection, which may be lost before the first event.
    EVENTSOURCE("eventsource", true) {
        @Override
        public Run follow(URI channel, @Nullable String lastId, ReceivedEvents received) {
            return super.follow(channel, ForeignClient.head(channel), received);
        }
    },
    UNDICI_EVENTSOURCE("undici-eventsource", true),
    UNDICI_FETCH("undici-fetch", false),
    UNDICI_WEBSOCKET("undici-websocket", false),
    WS("ws", false);

    private static final Path SCRIPTS = Path.of("src/test/js");

    private final String api;
    private final boolean reconnects;

    NodeClient(String api, boolean reconnects) {
        this.api = api;
        this.reconnects = reconnects;
    }

    @Override
    public Run follow(URI channel, @Nullable String lastId, ReceivedEvents received) {
        if (!Files.isDirectory(SCRIPTS.resolve("node_modules"))) {
            throw new AssertionError("npm's packages are missing: run ./check once, or npm ci in server/" + SCRIPTS);
        }
        URI uri = ForeignClient.after(channel, lastId);
        String script = SCRIPTS.resolve("follow.mjs").toString();
        return Child.start(
                List.of("node", script, api, uri.toString()),
                out -> WholeLines.each(out, line -> handle(line, received)),
                received);
    }

    private static void handle(String line, ReceivedEvents received) {
        JsonNode report = Envelopes.parse(line);
        if (report.has("id"))
            received.event(report.get("id").stringValue(), report.get("data").stringValue());
        else if (report.has("place")) received.cursor(report.get("place").stringValue());
        else received.note(report.get("note").stringValue());
    }

    @Override
    public boolean reconnects() {
        return reconnects;
    }
}
