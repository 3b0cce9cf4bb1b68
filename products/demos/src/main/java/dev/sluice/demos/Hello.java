package dev.sluice.demos;

import dev.sluice.Routes;
import dev.sluice.Sluice;
import dev.sluice.SseStream;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;

/// Sends a greeting immediately and every two seconds. After ten seconds the stream ends, and the browser
/// reconnects by itself.
record Hello(Duration period) implements Program {
    private static final int MESSAGES = 5;

    record Greeting(String message, Instant timestamp) {}

    Hello() {
        this(Duration.ofSeconds(2));
    }

    @Override
    public Sluice server() {
        return Sluice.inMemory().port(3000).origins("*").withoutHubPaths();
    }

    @Override
    public void routes(Routes routes) {
        routes.sse("/events", this::greet).resources("/", Hello.class, "hello");
    }

    /// Runs on the connection's own thread, so it may simply sleep. When the client disconnects, the thread
    /// is interrupted.
    private void greet(SseStream stream) throws InterruptedException {
        for (int i = 0; i < MESSAGES; i++) {
            stream.json(new Greeting("Hello World", Instant.now().truncatedTo(ChronoUnit.MILLIS)));
            Thread.sleep(period);
        }
        stream.send("close", "{}");
    }
}
