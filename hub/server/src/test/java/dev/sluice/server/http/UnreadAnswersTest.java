package dev.sluice.server.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.server.Await;
import dev.sluice.server.Http2Client;
import dev.sluice.server.HttpTestServer;
import dev.sluice.server.http.exchange.HttpBudget;
import dev.sluice.server.http.head.Problem;
import dev.sluice.server.http.head.Status;
import dev.sluice.server.net.OpenLimit;
import dev.sluice.server.net.outlet.UnsentBytes;
import dev.sluice.wire.Http2Frame;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/// Whole answers that share a budget of 1 MiB until their clients have read them.
final class UnreadAnswersTest {
    private static final int INITIAL_WINDOW_SIZE = 4;
    private static final int CANCEL = 8;

    private final AtomicLong nowNs = new AtomicLong();
    private final InFlightBytes answers = new InFlightBytes(1 << 20, "delivery.answers_max", nowNs::get);

    /// Answers `/250` with 250 kB.
    private static void serve(Exchange exchange) {
        int length = 1_000 * Integer.parseInt(exchange.request().path().raw().substring(1));
        exchange.answer(ServerResponse.of(Status.OK, "a/b", new byte[length]));
    }

    private HttpTestServer server() {
        var inFlight = new InFlightBytes(1 << 20, "none");
        var budget =
                new HttpBudget(new OpenLimit(100), EchoRoutes.PATH, inFlight, new UnsentBytes(1 << 20), answers, 0);
        return HttpTestServer.http2(UnreadAnswersTest::serve, HttpSettings.DEFAULTS, budget);
    }

    private static Http2Client withClosedWindow(HttpTestServer server) {
        return new Http2Client(Http2Client.plain(server.port()), INITIAL_WINDOW_SIZE, 0);
    }

    private static void read(Http2Client client, int bytes) {
        client.openWindow(0, bytes).openWindow(1, bytes);
        for (int left = bytes; left > 0; )
            left -= client.await(Http2Frame.DATA, 1).payload().length;
    }

    @Test
    void makeRoomForOthersAtTheSlowestClientWhichIsNotTheFirst() {
        try (var server = server();
                var steady = withClosedWindow(server);
                var stalled = withClosedWindow(server);
                var other = withClosedWindow(server)) {
            steady.get(1, "/250").head(1);
            nowNs.addAndGet(Duration.ofSeconds(1).toNanos());
            stalled.get(1, "/250").head(1);
            nowNs.addAndGet(Duration.ofSeconds(9).toNanos());
            read(steady, 200_000);
            other.get(1, "/250").head(1);
            other.get(3, "/60").head(3);
            assertThat(stalled.await(Http2Frame.RST_STREAM).error()).isEqualTo(CANCEL);
            read(steady, 50_000);
        }
    }

    @Test
    void areRefusedWithoutRoomUnlessTheRequestHasChangedSomething() {
        Problem full = null;
        while (full == null) full = answers.holder().tryTake(1_000); // Others have all of it.
        long held = answers.bytes();
        try (var server = server();
                var client = new Http2Client(server)) {
            client.openWindow(0, 1 << 20).settings(INITIAL_WINDOW_SIZE, 1 << 20);
            assertThat(client.get(1, "/2").response(1).status()).isEqualTo(503);
            for (int stream = 3; stream < 9; stream += 2) {
                var answer = client.request(stream, "POST", "/" + stream * stream, true)
                        .response(stream);
                assertThat(answer.status()).isEqualTo(200);
                assertThat(answer.body()).hasSize(1_000 * stream * stream);
            }
            Await.that(() -> answers.bytes() == held, () -> "still counted: " + (answers.bytes() - held));
        }
    }

    /// Answers to requests that have changed something, four times as many bytes as the budget has.
    @Test
    void areBoundedByEvictionsWhereNoneIsRefusedAndThoseThatAreReadArrive() {
        List<Http2Client> stalled = new ArrayList<>();
        try (var server = server();
                var reader = new Http2Client(server)) {
            reader.openWindow(0, 1 << 24).settings(INITIAL_WINDOW_SIZE, 1 << 20);
            for (int i = 0; i < 40; i++) {
                var client = withClosedWindow(server);
                stalled.add(client);
                client.request(1, "POST", "/100", true).head(1);
                var read = reader.request(2 * i + 1, "POST", "/100", true).response(2 * i + 1);
                assertThat(read.status()).isEqualTo(200);
                assertThat(read.body()).hasSize(100_000);
                Await.that(() -> answers.bytes() <= 1 << 20, () -> "counted: " + answers.bytes());
                nowNs.addAndGet(Duration.ofSeconds(2).toNanos());
            }
            for (var client : stalled.subList(0, 30))
                assertThat(client.await(Http2Frame.RST_STREAM).error()).isEqualTo(CANCEL);
            read(stalled.getLast(), 100_000);
            Await.that(() -> answers.bytes() <= 800_000, () -> "counted: " + answers.bytes());
        } finally {
            stalled.forEach(Http2Client::close);
        }
    }
}
