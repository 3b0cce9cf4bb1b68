package dev.sluice.library;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.Access;
import dev.sluice.Sluice;
import dev.sluice.core.LoggedLines;
import dev.sluice.server.Await;
import dev.sluice.server.RawClient;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;

/// Paths that are a secret themselves, where code of the program fails.
final class SecretPathsTest {
    private static final String SECRET = "s3cr3t";
    private static final String UPGRADE = "Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
            + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==";

    private final List<String> threads = new CopyOnWriteArrayList<>();

    private IllegalStateException failure() {
        threads.add(Thread.currentThread().getName());
        return new IllegalStateException("by this test");
    }

    @Test
    void appearInNoLogAndNoThreadName() {
        try (var log = new LoggedLines("dev.sluice");
                var app = Sluice.inMemory()
                        .port(0)
                        .set("log.access", "true")
                        .secretPaths("/hooks/")
                        .authorizer(request -> {
                            if (request.path().endsWith(SECRET)) throw failure();
                            return Access.everything();
                        })
                        .get("/hooks/get/*", _ -> {
                            throw failure();
                        })
                        .sse("/hooks/sse/*", _ -> {
                            throw failure();
                        })
                        .ws("/hooks/ws/*", _ -> {
                            throw failure();
                        })
                        .start()) {
            request(app, "/hooks/get/" + SECRET);
            request(app, "/h%6Foks/get/" + SECRET);
            stream(app, "/hooks/sse/" + SECRET);
            stream(app, "/hooks/ws/" + SECRET, UPGRADE);
            session(app);
            Await.that(() -> threads.size() == 5, threads::toString);
            Await.that(() -> log.lines("/hooks/*").size() == 8, () -> "in both logs: " + log.lines());
            assertThat(threads).hasSize(5).allMatch(name -> name.endsWith("/*"));
            assertThat(log.lines()).noneMatch(line -> line.contains(SECRET));
        }
    }

    private static void session(Sluice app) {
        try (var client = new RawClient(app.port())) {
            client.send("POST /session/" + SECRET + " HTTP/1.1\r\nHost: localhost\r\nContent-Length: 0\r\n\r\n")
                    .until("\r\n\r\n");
        }
    }

    /// Stays until the hub ends it, because the failure of a handler is not reported after its visitor has
    /// gone.
    private static void stream(Sluice app, String path, String... lines) {
        try (var client = new RawClient(app.port())) {
            client.get(path, lines).rest();
        }
    }

    private static void request(Sluice app, String path, String... lines) {
        try (var client = new RawClient(app.port())) {
            client.get(path, lines).until("\r\n\r\n");
        }
    }
}
