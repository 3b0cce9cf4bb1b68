package dev.sluice.server.matrix;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.core.memory.MemoryLog;
import dev.sluice.server.RawClient;
import dev.sluice.server.Server;
import dev.sluice.server.ServerExtensions;
import dev.sluice.server.TestServer;
import dev.sluice.server.http.Router;
import dev.sluice.server.http.head.Method;
import dev.sluice.server.stats.ServerClock;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// `HEAD` of every route that answers `GET`.
final class HeadRequestTest {
    private static final String ACCEPT = "Accept: text/event-stream\r\n";

    private final AtomicReference<Router> router = new AtomicReference<>();
    private final MemoryLog log = MemoryLog.builder(InstantSource.system()).open();
    private final Server server = Server.start(
            TestServer.settings(1),
            log,
            new ServerClock(InstantSource.system(), () -> 0),
            ServerExtensions.none().withRoutes((routes, _) -> {
                router.set(routes);
                return routes;
            }));

    @AfterEach
    void close() {
        server.close();
        log.close();
    }

    private static String request(String method, String path, String headerLines) {
        return method + " " + path + " HTTP/1.1\r\nHost: localhost\r\n" + headerLines + "\r\n";
    }

    /// Sends a HEAD, then another request on the same connection, and checks that nothing is in between.
    ///
    /// @return the head of the answer
    private String head(String path, String headerLines) {
        try (RawClient client = new RawClient(server.uri().getPort())) {
            client.send(request("HEAD", path, headerLines));
            String head = client.until("\r\n\r\n");
            client.send(request("GET", "/livez", "Connection: close\r\n"));
            assertThat(client.rest())
                    .as("HEAD %s: %s", path, head)
                    .startsWith("HTTP/1.1 200")
                    .endsWith("ok\n");
            return head;
        }
    }

    @Test
    void isAnsweredWithoutABodyByEachRoute() {
        List<Router.Mapping> gets = router.get().mappings().stream()
                .filter(each -> each.method().equals(Method.GET))
                .toList();
        assertThat(gets).hasSizeGreaterThan(20);
        for (Router.Mapping each : gets) {
            String path = each.path().replace("**", "a");
            head(path, "");
            head(path, ACCEPT);
        }
    }

    @Test
    void isAnsweredWithTheHeadOfTheStreamByRoutesThatStream() {
        for (String path : List.of("/session", "/search/a", "/search?name=a"))
            assertThat(head(path, ACCEPT)).as(path).startsWith("HTTP/1.1 200 ").contains("no-store, no-transform");
    }

    @Test
    void isRefusedAsTheGetIsByRoutesThatStream() {
        assertThat(head("/search/a?unknown=1", "")).startsWith("HTTP/1.1 400 ");
        assertThat(head("/session?unknown=1", ACCEPT)).startsWith("HTTP/1.1 400 ");
        assertThat(head("/session", "Accept: text/html\r\n")).startsWith("HTTP/1.1 406 ");
    }
}
