package dev.sluice.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.core.memory.MemoryLog;
import dev.sluice.server.http.HttpSettings;
import dev.sluice.wire.HpackEncoder;
import dev.sluice.wire.Http2Frame;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.function.IntConsumer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Attacks by frames of HTTP/2, beside readers on other connections and, where the connection goes on, on the same
/// one: they get every event.
@Order(1)
class Http2AttackTest {
    private static final int INITIAL_WINDOW_SIZE = 4;
    private static final int STREAMS = HttpSettings.DEFAULTS.streamsMax();
    private static final int REQUEST_TIMEOUT = 408;

    /// More streams than a client may reset, or have reset.
    private static final int MANY_STREAMS = 250;

    /// More frames than a client may send that cost the server an answer.
    private static final int MANY_FRAMES = 1_100;

    /// Frames that cost the server more than the client, or are meant to. Each kind ends its connection.
    enum Flood {
        /// CVE-2023-44487.
        RAPID_RESET {
            @Override
            void send(Http2Client attacker) {
                requests(attacker, attacker::reset);
            }
        },
        /// CVE-2025-8671, in the known ways of making a server reset a stream (RFC 9113 §5.4.2).
        EMPTY_WINDOW_UPDATES {
            @Override
            void send(Http2Client attacker) {
                requests(attacker, stream -> attacker.openWindow(stream, 0));
            }
        },
        WINDOWS_BEYOND_THEIR_MAXIMUM {
            @Override
            void send(Http2Client attacker) {
                requests(attacker, stream -> attacker.openWindow(stream, Integer.MAX_VALUE));
            }
        },
        DATA_AFTER_THE_END {
            @Override
            void send(Http2Client attacker) {
                requests(attacker, stream -> attacker.data(stream, "more", true));
            }
        },
        PRIORITIES_OF_A_WRONG_LENGTH {
            @Override
            void send(Http2Client attacker) {
                requests(attacker, stream -> attacker.frame(Http2Frame.PRIORITY, 0, stream, (byte) 0));
            }
        },
        STREAMS_THAT_DEPEND_ON_THEMSELVES {
            @Override
            void send(Http2Client attacker) {
                requests(
                        attacker,
                        stream -> attacker.frame(
                                Http2Frame.PRIORITY,
                                0,
                                stream,
                                Unpooled.buffer(5).writeInt(stream).writeByte(1).array()));
            }
        },
        BODIES_LONGER_THAN_ANNOUNCED {
            @Override
            void send(Http2Client attacker) {
                for (int i = 0; i < MANY_STREAMS; i++) {
                    attacker.request(2 * i + 1, "POST", "/channels/other", false, "content-length", "1");
                    attacker.data(2 * i + 1, "longer", true);
                }
            }
        },
        /// CVE-2024-27316.
        CONTINUATIONS {
            @Override
            void send(Http2Client attacker) {
                attacker.frame(Http2Frame.HEADERS, 0, 1, HpackEncoder.literals(":method", "GET"));
                for (int i = 0; i < MANY_FRAMES; i++) {
                    attacker.frame(Http2Frame.CONTINUATION, 0, 1, HpackEncoder.literals("a", "b"));
                }
            }
        },
        /// CVE-2019-9515.
        SETTINGS {
            @Override
            void send(Http2Client attacker) {
                for (int i = 0; i < MANY_FRAMES; i++) attacker.settings(INITIAL_WINDOW_SIZE, i);
            }
        },
        /// CVE-2019-9512.
        PINGS {
            @Override
            void send(Http2Client attacker) {
                for (int i = 0; i < MANY_FRAMES; i++) attacker.frame(Http2Frame.PING, 0, 0, new byte[8]);
            }
        },
        /// CVE-2019-9518.
        EMPTY_FRAMES {
            @Override
            void send(Http2Client attacker) {
                attacker.request(1, "POST", "/channels/other", false);
                for (int i = 0; i < MANY_FRAMES; i++) attacker.data(1, "", false);
            }
        },
        /// A value of 3,900 bytes enters the table once, and each byte after it refers to it (CVE-2016-1544). A head
        /// that becomes too large ends its stream, and many of them the connection.
        BOMBS_OF_HEADERS {
            @Override
            void send(Http2Client attacker) {
                byte[] head = HpackEncoder.literals(
                        ":method", "GET", ":scheme", "https", ":authority", "localhost", ":path", "/livez");
                byte[] entry = indexed("x", "y".repeat(3_900));
                byte[] references = new byte[500];
                Arrays.fill(references, (byte) (0x80 | 62)); // The newest entry of the table (RFC 7541 §2.3.3).
                for (int i = 0; i < MANY_STREAMS; i++) {
                    ByteArrayOutputStream block = new ByteArrayOutputStream();
                    block.writeBytes(head);
                    if (i == 0) block.writeBytes(entry);
                    block.writeBytes(references);
                    attacker.headers(2 * i + 1, true, block.toByteArray());
                }
            }
        };

        /// Sends the frames; the server may end the connection in their midst.
        abstract void send(Http2Client attacker);

        private static void requests(Http2Client attacker, IntConsumer then) {
            for (int i = 0; i < MANY_STREAMS; i++) {
                attacker.get(2 * i + 1, "/channels/news?as=sse");
                then.accept(2 * i + 1);
            }
        }

        /// A literal that enters the table (RFC 7541 §6.2.1).
        private static byte[] indexed(String name, String value) {
            ByteBuf out = Unpooled.buffer().writeByte(0x40).writeByte(name.length());
            out.writeCharSequence(name, StandardCharsets.US_ASCII);
            out.writeByte(127);
            int rest = value.length() - 127;
            for (; rest >= 128; rest >>= 7) out.writeByte((rest & 127) | 128);
            out.writeByte(rest).writeCharSequence(value, StandardCharsets.US_ASCII);
            byte[] bytes = new byte[out.readableBytes()];
            out.readBytes(bytes);
            return bytes;
        }
    }

    @ParameterizedTest
    @EnumSource
    void endsAFloodWhileReadersReceiveEveryEvent(Flood flood) {
        try (TestServer server = TestServer.secure();
                RawClient http1 = new RawClient(server);
                Http2Client http2 = new Http2Client(server)) {
            http1.get("/channels/news", "Accept: text/event-stream").until("\n\n");
            http2.get(1, "/channels/news?as=sse").until(1, "\n\n");
            for (int i = 0; i < 2; i++) {
                try (Http2Client attacker = new Http2Client(server)) {
                    attacker.batch(() -> flood.send(attacker));
                    assertThat(attacker.end()).as("an error").isNotZero();
                }
                server.publish("news", "event " + i);
                assertThat(http1.until("\n\n")).contains("data: event " + i + "\n");
                assertThat(http2.until(1, "\n\n")).contains("data: event " + i + "\n");
            }
            server.awaitConnections(2);
            Await.that(() -> server.server().hub().readers().readers() == 2);
        }
    }

    @Test
    void deliversBesideStalledBodiesOfTheSameConnection() {
        try (TestServer server = TestServer.secure();
                Http2Client client = new Http2Client(server)) {
            client.get(1, "/channels/news?as=sse").until(1, "\n\n");
            for (int i = 1; i < STREAMS; i++) {
                client.request(2 * i + 1, "POST", "/channels/other", false, "content-length", "50000");
                client.data(2 * i + 1, "x".repeat(10_000), false);
            }
            int oneMore = 2 * STREAMS + 1;
            client.get(oneMore, "/livez");
            assertThat(client.await(Http2Frame.RST_STREAM).stream()).isEqualTo(oneMore);
            for (int i = 0; i < 20; i++) {
                server.publish("news", "event " + i);
                assertThat(client.until(1, "\n\n")).contains("data: event " + i + "\n");
            }
            for (int rest = 40_000; rest > 0; rest -= 10_000) client.data(3, "x".repeat(10_000), rest == 10_000);
            assertThat(client.response(3).status()).isEqualTo(201);
        }
    }

    @Test
    void endsStalledBodiesButNotTheReaderBesideThem() {
        ServerSettings settings = withBodyGrace(TestServer.settings(2), Duration.ofMillis(500));
        try (TestServer server = TestServer.secure(
                        MemoryLog.builder(InstantSource.system()).open(), settings);
                Http2Client client = new Http2Client(server)) {
            client.get(1, "/channels/news?as=sse").until(1, "\n\n");
            for (int i = 1; i < STREAMS; i++) {
                client.request(2 * i + 1, "POST", "/channels/other", false, "content-length", "50000");
                client.data(2 * i + 1, "x".repeat(1_000), false);
            }
            for (int i = 1; i < STREAMS; i++) {
                Http2Frame head = client.await(Http2Frame.HEADERS);
                assertThat(client.decode(head).status()).hasToString(Integer.toString(REQUEST_TIMEOUT));
            }
            server.publish("news", "still here");
            client.until(1, "data: still here\n");
        }
    }

    private static ServerSettings withBodyGrace(ServerSettings plain, Duration grace) {
        HttpSettings http = plain.http();
        return plain.toBuilder().http(http.toBuilder().bodyGrace(grace).build()).build();
    }

    /// Each opening of a window by one byte costs the server a frame.
    @Test
    void deliversBesideStreamsOfTheSameConnectionWhoseWindowsOpenByteByByte() {
        try (TestServer server = TestServer.secure();
                Http2Client client = new Http2Client(server, INITIAL_WINDOW_SIZE, 0)) {
            for (int i = 0; i < STREAMS; i++) client.get(2 * i + 1, "/channels/news?as=sse");
            client.openWindow(0, 1 << 20).openWindow(1, 1 << 20);
            client.until(1, "\n\n");
            for (int round = 0; round < 10; round++) {
                server.publish("news", "event " + round);
                client.batch(() -> {
                    for (int i = 1; i < STREAMS; i++) client.openWindow(2 * i + 1, 1);
                });
                client.until(1, "data: event " + round + "\n");
            }
            // The last of the crawling ones has had ten bytes, and all that is left as soon as it may.
            client.openWindow(2 * STREAMS - 1, 1 << 20);
            assertThat(client.until(2 * STREAMS - 1, "data: event 9\n")).contains("data: event 0\n");
        }
    }
}
