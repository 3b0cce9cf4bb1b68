package dev.sluice.demos.stage;

import dev.sluice.Request;
import dev.sluice.Response;
import dev.sluice.Routes;
import dev.sluice.Sluice;
import dev.sluice.SseStream;
import dev.sluice.WebSocket;
import dev.sluice.demos.Demo;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.regex.Pattern;

/// Shows the bytes of a demo's connections. A relay also serves the demo's page, so that the page's relative
/// addresses lead to the relay. The gallery opens a relay with a stream, on which it receives the bytes; the
/// relay ends with that stream. It forwards only the streams of the demos named here, and never the
/// credentials of a caller.
public final class DemoRelays {
    /// Limited, because each relay uses several connections of the hub.
    private static final int OPEN_MAX = 32;

    private static final Duration WIRE_PERIOD = Duration.ofMillis(100);
    private static final int NOT_HERE = 4404;
    private static final Pattern ANSWER = Pattern.compile("[0-9a-f-]{36}");

    private final Sluice hub;
    private final Map<String, RelayedHub> relays = new ConcurrentHashMap<>();
    private final Semaphore free = new Semaphore(OPEN_MAX);

    public DemoRelays(Sluice hub) {
        this.hub = hub;
    }

    /// Adds the routes: `/open`, and the demos' pages and streams below `/at/ID/`.
    public void on(Routes routes) {
        routes.sse("/open", this::open)
                .sse("/at/*/clock/api/v1/sse", this::stream)
                .sse("/at/*/ticker/api/v1/sse", this::stream)
                .sse("/at/*/hello/events", this::stream)
                .sse("/at/*/live/events", this::stream)
                .sse("/at/*/channels/typewriter/*", this::answer)
                .ws("/at/*/clock/echo", this::relay)
                .ws("/at/*/chat/chat", this::relay)
                .get("/at/*/**", this::file);
    }

    /// Sends the event `relay` with its id, then `wire` events, or `none` if this demo can't have a relay.
    /// Pages of other sites receive nothing.
    private void open(SseStream page) throws IOException, InterruptedException {
        if (!OwnPage.asks(page.request())) return;
        if (!free.tryAcquire()) {
            page.send("none", "");
            return;
        }
        String id = UUID.randomUUID().toString();
        try (var relay = new RelayedHub(hub)) {
            if (!relay.isReachable(page.request().query("demo").orElse("").equals("typewriter"))) {
                page.send("none", "");
                return;
            }
            relays.put(id, relay);
            page.json("relay", Map.of("id", id));
            while (true) {
                Thread.sleep(WIRE_PERIOD);
                WireLog.Part part = relay.wire().take();
                if (!part.units().isEmpty()) page.json("wire", part);
            }
        } finally {
            relays.remove(id);
            free.release();
        }
    }

    /// The typewriter's page reads a channel of the hub itself. Its name is random, so only readers of the
    /// page know it.
    private void answer(SseStream page) throws InterruptedException {
        if (ANSWER.matcher(page.request().stars().getLast()).matches()) stream(page);
    }

    private void stream(SseStream page) throws InterruptedException {
        RelayedHub relay = relays.get(page.request().stars().getFirst());
        if (relay != null) StreamRelay.run(page, relay); // Otherwise the stream ends at once.
    }

    private void relay(WebSocket page) throws InterruptedException {
        RelayedHub relay = relays.get(page.request().stars().getFirst());
        if (relay == null) page.close(NOT_HERE, "This relay has ended.");
        else WebSocketRelay.run(page, relay);
    }

    /// Serves the files of a page, which are the same for all visitors and need no relay.
    private Response file(Request request) throws Exception {
        String[] demoAndPath = request.stars().getLast().split("/", 2);
        var file = Demo.named(demoAndPath[0])
                .filter(_ -> demoAndPath.length == 2)
                .flatMap(demo -> demo.file("/" + demoAndPath[1]));
        if (file.isEmpty()) return Response.text("There is no such page.\n").status(404);
        return file.get().respond(request);
    }
}
