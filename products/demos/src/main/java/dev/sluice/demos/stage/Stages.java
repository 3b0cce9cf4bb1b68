package dev.sluice.demos.stage;

import dev.sluice.Request;
import dev.sluice.Response;
import dev.sluice.Routes;
import dev.sluice.SseStream;
import dev.sluice.WebSocket;
import dev.sluice.demos.Use;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;

/// The stages of all visitors. A page opens its stage with a stream, on which it receives the bytes of its
/// connections; the stage ends with that stream.
public final class Stages {
    /// Limited, because each stage has a hub with a log on disk.
    private static final int OPEN_MAX = 4;

    private static final Duration WIRE_PERIOD = Duration.ofMillis(200);
    private static final Duration CUT = Duration.ofSeconds(5);
    private static final int NOT_HERE = 4404;

    /// The newest bytes, and the number of connections of the stage's hub.
    record Wire(WireLog.Part wire, int connections) {}

    private final Map<String, Stage> stages = new ConcurrentHashMap<>();
    private final Semaphore free = new Semaphore(OPEN_MAX);

    /// Adds the routes: `/open/USE`, the stage's hub below `/at/ID/`, and `/trouble/ID/KIND`.
    public void on(Routes routes) {
        routes.sse("/open/*", this::open)
                .ws("/at/*/session", "sluice.v1.json", this::relay)
                .ws("/at/*/**", this::relay)
                .sse("/at/*/**", this::stream)
                .post("/at/*/**", this::forward)
                .delete("/at/*/**", this::forward)
                .post("/trouble/*/*", this::trouble);
    }

    /// Sends the event `stage` with the id of the stage, then `wire` events, or `full` if too many stages are
    /// open. Pages of other sites receive nothing.
    private void open(SseStream page) throws IOException, InterruptedException {
        if (!OwnPage.asks(page.request())) return;
        String name = page.request().stars().getFirst();
        if (Use.named(name).isEmpty() || !free.tryAcquire()) {
            page.send("full", "");
            return;
        }
        String id = UUID.randomUUID().toString();
        try (var stage = new Stage(() -> Use.named(name).orElseThrow())) {
            stages.put(id, stage);
            page.json("stage", Map.of("id", id));
            while (true) {
                Thread.sleep(WIRE_PERIOD);
                page.json("wire", new Wire(stage.wire().take(), stage.connections()));
            }
        } finally {
            stages.remove(id);
            free.release();
        }
    }

    private void relay(WebSocket page) throws InterruptedException {
        Stage stage = stages.get(page.request().stars().getFirst());
        if (stage == null) page.close(NOT_HERE, "This stage has ended.");
        else WebSocketRelay.run(page, stage);
    }

    private void stream(SseStream page) throws InterruptedException {
        Stage stage = stages.get(page.request().stars().getFirst());
        if (stage != null) StreamRelay.run(page, stage); // Otherwise the stream ends at once.
    }

    private Response forward(Request request) {
        Stage stage = stages.get(request.stars().getFirst());
        if (stage == null) return ended();
        try {
            return PlainRequest.send(request, stage);
        } catch (IOException cut) {
            return Response.text("The connection was cut.\n").status(503);
        }
    }

    private static Response ended() {
        return Response.text("This stage has ended.\n").status(404);
    }

    private Response trouble(Request request) throws IOException {
        Stage stage = stages.get(request.stars().getFirst());
        if (stage == null) return ended();
        switch (request.stars().getLast()) {
            case "cut" -> stage.cut(CUT);
            case "slow" -> stage.slow(true);
            case "fast" -> stage.slow(false);
            case "restart" -> stage.restart();
            default -> {
                return Response.text("There is no such trouble.\n").status(404);
            }
        }
        return Response.empty().status(204);
    }
}
