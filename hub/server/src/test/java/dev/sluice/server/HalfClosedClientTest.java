package dev.sluice.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.core.channel.Selection;
import dev.sluice.core.cursor.ReadCursor;
import dev.sluice.core.log.Filter;
import dev.sluice.core.log.ForwardingLog;
import dev.sluice.core.log.Log;
import dev.sluice.core.log.Read;
import dev.sluice.core.memory.MemoryLog;
import dev.sluice.server.http.Exchange;
import dev.sluice.server.http.Route;
import dev.sluice.server.http.ServerResponse;
import dev.sluice.server.http.head.Status;
import java.io.IOException;
import java.time.InstantSource;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/// Clients that close their half of the connection after their last request, as `nc -N` does.
final class HalfClosedClientTest {
    private static final String PUBLISH =
            "POST /channels/news HTTP/1.1\r\nHost: localhost\r\nContent-Length: 2\r\n\r\n";

    @Test
    void receiveAnAnswerToEachRequest() {
        try (TestServer server = TestServer.start();
                RawClient probe = new RawClient(server);
                RawClient publisher = new RawClient(server)) {
            assertThat(end(probe.get("/livez")).rest()).startsWith("HTTP/1.1 200 OK\r\n");
            String published =
                    end(publisher.send(PUBLISH + "hi" + PUBLISH + "on")).rest();
            assertThat(published.split("HTTP/1.1 201 ", -1)).hasSize(3);
            server.awaitConnections(0);
        }
    }

    /// A half-closed client still receives an answer that waits for a read, for example from disk.
    @Test
    void receiveAPollThatWaitsForARead() {
        var reads = new LateReads(MemoryLog.builder(InstantSource.system()).open());
        try (var server = TestServer.start(reads, TestServer.settings(1));
                var client = new RawClient(server)) {
            server.publish("news", "late");
            reads.areLate = true;
            end(client.get("/channels/news?as=json&after=earliest"));
            reads.begun.join();
            // On the only event loop: with the second answer the end of the client's input has arrived, too.
            for (int i = 0; i < 2; i++)
                assertThat(server.get("/livez").statusCode()).isEqualTo(200);
            reads.permission.complete(null);
            assertThat(client.rest()).startsWith("HTTP/1.1 200 OK\r\n").contains("late");
        }
    }

    @Test
    void receiveASlowAnswer() throws Exception {
        var received = new CompletableFuture<Exchange>();
        try (var server = HttpTestServer.of((Route) received::complete);
                var client = server.raw()) {
            end(client.get("/"));
            Exchange exchange = received.get(TestServer.PATIENCE.toSeconds(), TimeUnit.SECONDS);
            exchange.loop().submit(() -> {}).get(); // The end of its input has arrived, too.
            exchange.run(() -> exchange.answer(ServerResponse.text(Status.OK, "late")));
            assertThat(client.rest()).startsWith("HTTP/1.1 200 OK\r\n").endsWith("late");
        }
    }

    @Test
    void receiveTheAnswerOfAPursuedRequest() throws Exception {
        var received = new CompletableFuture<Exchange>();
        Route pursued = exchange -> {
            exchange.abandoned(() -> {});
            exchange.pursue();
            received.complete(exchange);
        };
        try (var server = HttpTestServer.of(pursued);
                var client = server.raw()) {
            end(client.get("/"));
            Exchange exchange = received.get(TestServer.PATIENCE.toSeconds(), TimeUnit.SECONDS);
            exchange.loop().submit(() -> {}).get();
            exchange.run(() -> exchange.answer(ServerResponse.text(Status.OK, "late")));
            assertThat(client.rest()).endsWith("late");
        }
    }

    @Test
    void areDisconnectedDuringARequestAStreamOrAPoll() {
        try (TestServer server = TestServer.start()) {
            String[] requests = {
                PUBLISH + "h",
                "GET /channels/news HTTP/1.1\r\nHost: loc",
                "GET /channels/news?as=sse HTTP/1.1\r\nHost: localhost\r\n\r\n",
                "GET /channels/news?as=json&wait=60 HTTP/1.1\r\nHost: localhost\r\n\r\n"
            };
            for (String request : requests) {
                try (RawClient client = new RawClient(server)) {
                    end(client.send(request));
                    client.rest();
                    server.awaitConnections(0);
                }
            }
            assertThat(server.get("/channels/news?as=json&after=earliest").body())
                    .contains("\"events\":[]");
        }
    }

    private static final class LateReads extends ForwardingLog {
        private final CompletableFuture<Void> begun = new CompletableFuture<>();
        private final CompletableFuture<Void> permission = new CompletableFuture<>();
        private volatile boolean areLate;

        LateReads(Log log) {
            super(log);
        }

        @Override
        public Read read(ReadCursor place, Selection selection, Filter filter, int entriesMax, long bytesMax) {
            if (!areLate) return super.read(place, selection, filter, entriesMax, bytesMax);
            begun.complete(null);
            return new Read.Pending(
                    permission.thenApply(_ -> super.read(place, selection, filter, entriesMax, bytesMax)));
        }
    }

    private static RawClient end(RawClient client) {
        try {
            client.socket().shutdownOutput();
            return client;
        } catch (IOException failed) {
            throw new AssertionError(failed);
        }
    }
}
