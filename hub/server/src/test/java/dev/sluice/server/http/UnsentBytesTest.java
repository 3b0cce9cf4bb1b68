package dev.sluice.server.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.core.delivery.stream.StreamListener;
import dev.sluice.server.Await;
import dev.sluice.server.Http2Client;
import dev.sluice.server.HttpTestServer;
import dev.sluice.server.http.exchange.HttpBudget;
import dev.sluice.server.http.head.Status;
import dev.sluice.server.net.OpenLimit;
import dev.sluice.server.net.outlet.Outlet;
import dev.sluice.server.net.outlet.UnsentBytes;
import dev.sluice.wire.Http2Frame;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/// The memory that streams of HTTP/2 hold together while their clients keep the windows shut.
final class UnsentBytesTest {
    private static final int INITIAL_WINDOW_SIZE = 4;
    private static final int STREAMS = 90;
    private static final int STREAM_BYTES = 40_000;
    private static final int ROOM = 100_000;
    private static final int PIECE_MIN = 512;

    private final UnsentBytes unsent = new UnsentBytes(ROOM);
    private final List<Source> sources = new CopyOnWriteArrayList<>();

    /// Writes its bytes as the client takes them.
    private static final class Source implements StreamListener {
        private final ByteBuffer bytes = ByteBuffer.allocate(STREAM_BYTES);
        private @Nullable Outlet outlet;

        void writeTo(Outlet opened) {
            outlet = opened;
            writable();
        }

        @Override
        public void writable() {
            if (outlet == null) return;
            outlet.write(bytes);
            if (!bytes.hasRemaining()) outlet.end(true);
        }

        @Override
        public void close() {}

        @Override
        public boolean isOver() {
            return false;
        }
    }

    private void serve(Exchange exchange) {
        Source source = new Source();
        sources.add(source);
        source.writeTo(exchange.stream(ServerResponse.empty(Status.OK), source));
    }

    private HttpTestServer server() {
        var inFlight = new InFlightBytes(1 << 20, "none");
        var budget = new HttpBudget(new OpenLimit(1_000), EchoRoutes.PATH, inFlight, unsent, inFlight, 0);
        return HttpTestServer.http2(this::serve, HttpSettings.DEFAULTS, budget);
    }

    private long heldBytes() {
        Outlet any = sources.getFirst().outlet;
        assertThat(any).isNotNull();
        return CompletableFuture.supplyAsync(() -> unsent.room(any.loop()).bytes(), any.loop())
                .join();
    }

    private void awaitRoom() {
        Await.that(() -> heldBytes() == 0, () -> "still held: " + heldBytes());
    }

    private static int received(Http2Client client, int stream) {
        int bytes = 0;
        Http2Frame last;
        do {
            last = client.await(Http2Frame.DATA, stream);
            bytes += last.payload().length;
        } while (!last.isLast());
        return bytes;
    }

    private static void request(Http2Client client) {
        for (int i = 0; i < STREAMS; i++) client.get(2 * i + 1, "/");
        for (int i = 0; i < STREAMS; i++) client.head(2 * i + 1);
    }

    @Test
    void streamsWithClosedWindowsShareTheBudgetAndLoseNothing() {
        try (var server = server();
                var client = new Http2Client(Http2Client.plain(server.port()), INITIAL_WINDOW_SIZE, 0)) {
            request(client);
            assertThat(heldBytes()).isBetween(ROOM / 2L, ROOM + (long) STREAMS * PIECE_MIN);
            client.openWindow(0, 1 << 24);
            for (int i = STREAMS - 1; i >= 0; i--) {
                client.openWindow(2 * i + 1, 1 << 20);
                assertThat(received(client, 2 * i + 1)).as("stream " + i).isEqualTo(STREAM_BYTES);
            }
            awaitRoom();
        }
    }

    @Test
    void streamsThatTheirClientResetsReleaseTheirBudget() {
        try (var server = server();
                var client = new Http2Client(Http2Client.plain(server.port()), INITIAL_WINDOW_SIZE, 0)) {
            request(client);
            assertThat(heldBytes()).isPositive();
            for (int i = 0; i < STREAMS; i++) client.reset(2 * i + 1);
            awaitRoom();
        }
    }
}
