package dev.sluice.server.clients;

import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// What follows under Node: a process of `src/test/js/follow.mjs` for each.
enum NodeClient implements ForeignClient {
    /// Keeps no id that comes without data (against WHATWG HTML §9.2.6), so its URL has to say where the first
    /// connection begins: it may be lost before the first event.
    EVENTSOURCE("eventsource", true) {
        @Override
        public Run follow(URI channel, @Nullable String lastId, Seen seen) {
            return super.follow(channel, ForeignClient.head(channel), seen);
        }
    },
    UNDICI_EVENTSOURCE("undici-eventsource", true),
    UNDICI_FETCH("undici-fetch", false),
    UNDICI_WEBSOCKET("undici-websocket", false),
    WS("ws", false);

    private static final Path SCRIPTS = Path.of("src/test/js");

    private final String way;
    private final boolean returns;

    NodeClient(String way, boolean returns) {
        this.way = way;
        this.returns = returns;
    }

    @Override
    public Run follow(URI channel, @Nullable String lastId, Seen seen) {
        if (!Files.isDirectory(SCRIPTS.resolve("node_modules"))) {
            throw new AssertionError("npm's packages are missing: run ./check once, or npm ci in server/" + SCRIPTS);
        }
        URI uri = ForeignClient.after(channel, lastId);
        String script = SCRIPTS.resolve("follow.mjs").toString();
        return Child.start(
                List.of("node", script, way, uri.toString()),
                out -> WholeLines.each(out, line -> tell(line, seen)),
                seen);
    }

    private static void tell(String line, Seen seen) {
        JsonNode told = Envelopes.parse(line);
        if (told.has("id"))
            seen.event(told.get("id").stringValue(), told.get("data").stringValue());
        else if (told.has("place")) seen.place(told.get("place").stringValue());
        else seen.note(told.get("note").stringValue());
    }

    @Override
    public boolean returnsByItself() {
        return returns;
    }
}
