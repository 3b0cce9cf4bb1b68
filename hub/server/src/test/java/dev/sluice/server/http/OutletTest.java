package dev.sluice.server.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.core.delivery.stream.StreamListener;
import dev.sluice.server.HttpTestServer;
import dev.sluice.server.TestServer;
import dev.sluice.server.http.head.HeaderNames;
import dev.sluice.server.http.head.Status;
import dev.sluice.server.net.outlet.InputDecoder;
import dev.sluice.server.net.outlet.Outlet;
import dev.sluice.server.net.outlet.UpgradeHandler;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Streamed answers and upgraded connections.
final class OutletTest {
    enum Nobody implements StreamListener {
        INSTANCE;

        @Override
        public void writable() {}

        @Override
        public void close() {}

        @Override
        public boolean isOver() {
            return false;
        }
    }

    /// Sends back what it reads.
    private record Echo(Outlet outlet) implements UpgradeHandler, InputDecoder {
        @Override
        public InputDecoder decoder() {
            return this;
        }

        @Override
        public void read(ByteBuf bytes) {
            outlet.send(ascii(bytes.toString(StandardCharsets.US_ASCII)), () -> {});
            bytes.release();
        }

        @Override
        public boolean isHolding() {
            return false;
        }

        @Override
        public boolean resume() {
            return true;
        }

        @Override
        public void writable() {}

        @Override
        public void close() {}

        @Override
        public boolean isOver() {
            return false;
        }
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    @Test
    void upgradesTheConnectionWithBytesThatArriveEarly() {
        Route upgrading = exchange -> exchange.upgrade(
                ServerResponse.empty(Status.SWITCHING_PROTOCOLS)
                        .with(HeaderNames.UPGRADE, "telnet")
                        .with(HeaderNames.CONNECTION, "Upgrade"),
                Echo::new);
        try (var server = HttpTestServer.of(upgrading);
                var client = server.raw()) {
            client.send("GET / HTTP/1.1\r\nHost: localhost\r\nUpgrade: telnet\r\nConnection: Upgrade\r\n\r\nearly");
            assertThat(client.until("early")).startsWith("HTTP/1.1 101 Switching Protocols\r\n");
            client.send("later").until("later");
        }
    }

    @Test
    void leavesNothingOfHttpInThePipelineOfAStream() throws Exception {
        var opened = new CompletableFuture<Outlet>();
        Route stream = exchange -> {
            assertThat(exchange.framing()).isEqualTo(BodyFraming.CHUNKED);
            opened.complete(exchange.stream(ServerResponse.empty(Status.OK), Nobody.INSTANCE));
        };
        try (var server = HttpTestServer.of(stream);
                var client = server.raw()) {
            client.get("/");
            assertThat(client.until("\r\n\r\n"))
                    .containsIgnoringCase("transfer-encoding: chunked")
                    .containsIgnoringCase("connection: close");
            Outlet outlet = opened.get(TestServer.PATIENCE.toSeconds(), TimeUnit.SECONDS);
            Channel channel = server.accepted();
            assertThat(outlet.loop().submit(() -> channel.pipeline().names()).get())
                    .containsExactly("SocketOutlet#0", "DefaultChannelPipeline$TailContext#0");
            outlet.send(ascii("2\r\nhi\r\n0\r\n\r\n"), () -> outlet.end(false));
            assertThat(client.rest()).isEqualTo("2\r\nhi\r\n0\r\n\r\n");
        }
    }

    /// The last results of a search, say, or the reason for which a WebSocket is refused.
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void closesAConnectionWhoseLastBytesAreNotReadInTime(boolean isUpgrade) throws Exception {
        byte[] large = new byte[16 << 20];
        Route ending = exchange -> {
            Outlet outlet = isUpgrade
                    ? exchange.upgrade(ServerResponse.empty(Status.SWITCHING_PROTOCOLS), Echo::new)
                            .outlet()
                    : exchange.stream(ServerResponse.empty(Status.OK), Nobody.INSTANCE);
            outlet.send(large, () -> {});
            outlet.end(true);
        };
        HttpSettings hurried = HttpSettings.DEFAULTS.toBuilder()
                .answerTime(Duration.ofMillis(200))
                .build();
        try (var server = HttpTestServer.of(ending, hurried);
                var client = server.raw()) {
            client.get("/");
            assertThat(server.accepted().closeFuture().await(TestServer.PATIENCE.toMillis()))
                    .isTrue();
        }
    }

    @Test
    void endsAnHttp10StreamWithTheConnection() {
        Route stream = exchange -> {
            Outlet outlet = exchange.stream(ServerResponse.empty(Status.OK), Nobody.INSTANCE);
            outlet.send(ascii("framing " + exchange.framing()), () -> outlet.end(false));
        };
        try (var server = HttpTestServer.of(stream);
                var client = server.raw()) {
            client.send("GET / HTTP/1.0\r\n\r\n");
            assertThat(client.rest())
                    .doesNotContainIgnoringCase("transfer-encoding")
                    .endsWith("framing PLAIN");
        }
    }
}
