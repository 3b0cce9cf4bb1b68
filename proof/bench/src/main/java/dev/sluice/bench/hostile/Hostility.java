package dev.sluice.bench.hostile;

import dev.sluice.wire.HpackEncoder;
import dev.sluice.wire.Http2Frame;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/// The kinds of hostile acts. An act is the life of one connection; it ends when the hub cuts it, or by
/// itself. From [#SUBSCRIPTIONS] on, they present a valid token and use the most that a limit permits.
enum Hostility {
    SLOW_HEAD {
        @Override
        void act(HostileClient client) throws IOException, InterruptedException {
            client.connect().send("GET /channels/x HTTP/1.1\r\nHost: localhost\r\n");
            drip(client, "X: y\r\n");
        }
    },
    SLOW_BODY {
        @Override
        void act(HostileClient client) throws IOException, InterruptedException {
            client.connect().request("POST", "/channels/hostile", "Content-Length: 100000\r\n");
            drip(client, "x");
        }
    },
    NEVER_READING {
        @Override
        void act(HostileClient client) throws IOException, InterruptedException {
            client.connect().request("GET", "/channels?name=**&after=earliest", "Accept: text/event-stream\r\n");
            Thread.sleep(HOLD_MS);
        }
    },
    SILENT {
        @Override
        void act(HostileClient client) throws IOException, InterruptedException {
            client.connect();
            Thread.sleep(HOLD_MS);
        }
    },
    PIPELINE {
        @Override
        void act(HostileClient client) throws IOException, InterruptedException {
            client.connect();
            for (int i = 0; i < 500; i++) client.request("GET", "/channels/hostile?as=json&after=earliest", "");
            Thread.sleep(PAUSE_MS);
        }
    },
    OVERSIZED_HEAD {
        @Override
        void act(HostileClient client) throws IOException {
            client.connect().request("GET", "/", ("X-Long: " + "x".repeat(1_000) + "\r\n").repeat(64));
            client.read(READ_BYTES);
        }
    },
    WRONG_HOST {
        @Override
        void act(HostileClient client) throws IOException {
            client.connect().send("GET /channels HTTP/1.1\r\nHost: evil.example\r\n\r\n");
            client.status();
        }
    },
    BAD_TOKEN {
        @Override
        void act(HostileClient client) throws IOException {
            client.connect().request("GET", "/channels/x", "Authorization: Bearer eyJhbGciOiJub25lIn0.e30.\r\n");
            client.status();
        }
    },
    BAD_BATCH {
        @Override
        void act(HostileClient client) throws IOException {
            client.connect()
                    .request("POST", "/channels", "Content-Type: application/x-ndjson\r\nContent-Length: 1000\r\n");
            client.send("[".repeat(1_000)).status();
        }
    },
    WEBSOCKET_PINGS {
        @Override
        void act(HostileClient client) throws IOException {
            client.upgrade("/channels/hostile", "");
            for (int i = 0; i < FLOOD; i++) client.frame(0x89, new byte[100]);
        }
    },
    ENDLESS_MESSAGE {
        @Override
        void act(HostileClient client) throws IOException {
            client.upgrade("/channels/hostile", "").frame(0x01, "{".getBytes(StandardCharsets.US_ASCII));
            for (int i = 0; i < FLOOD; i++) client.frame(0x00, new byte[20_000]);
        }
    },
    HALF_HANDSHAKE {
        @Override
        void act(HostileClient client) throws IOException, InterruptedException {
            client.connectToTls().send(new byte[] {22, 3, 1, 2, 0, 1, 0, 1, (byte) 0xFC, 3, 3});
            Thread.sleep(HOLD_MS);
        }
    },
    HANDSHAKES {
        @Override
        void act(HostileClient client) throws IOException, InterruptedException {
            client.handshake("http/1.1");
            Thread.sleep(PAUSE_MS); // Each costs the client as much as the hub, and both have the same processors here.
        }
    },
    RAPID_RESET {
        @Override
        void act(HostileClient client) throws IOException, InterruptedException {
            client.http2(65_535);
            for (int i = 1; i < 2 * FLOOD; i += 2) {
                client.send(get(i, Http2Frame.END_HEADERS, "/channels/hostile"))
                        .send(Http2Frame.reset(i, Http2Frame.CANCEL));
            }
            Thread.sleep(PAUSE_MS);
        }
    },
    ZERO_WINDOWS {
        @Override
        void act(HostileClient client) throws IOException, InterruptedException {
            client.http2(0);
            for (int i = 1; i < 200; i += 2)
                client.send(get(i, Http2Frame.END_HEADERS, "/channels?name=**&after=earliest"));
            Thread.sleep(HOLD_MS);
        }
    },
    PINGS {
        @Override
        void act(HostileClient client) throws IOException, InterruptedException {
            client.http2(65_535);
            for (int i = 0; i < FLOOD; i++) client.send(new Http2Frame(Http2Frame.PING, 0, 0, new byte[8]));
            Thread.sleep(PAUSE_MS);
        }
    },
    SETTINGS {
        @Override
        void act(HostileClient client) throws IOException, InterruptedException {
            client.http2(65_535);
            for (int i = 0; i < FLOOD; i++) client.send(Http2Frame.settings(Http2Frame.INITIAL_WINDOW_SIZE, i));
            Thread.sleep(PAUSE_MS);
        }
    },
    ENDLESS_HEAD {
        @Override
        void act(HostileClient client) throws IOException, InterruptedException {
            client.http2(65_535).send(get(1, 0, "/"));
            var more = new Http2Frame(Http2Frame.CONTINUATION, 0, 1, HpackEncoder.literals("x", "y"));
            for (int i = 0; i < FLOOD; i++) client.send(more);
            Thread.sleep(PAUSE_MS);
        }
    },
    SUBSCRIPTIONS {
        @Override
        void act(HostileClient client) throws IOException, InterruptedException {
            client.upgrade("/session", "Sec-WebSocket-Protocol: sluice.v1.json\r\n" + client.authorization());
            client.frame(0x81, "{\"op\":\"hello\"}".getBytes(StandardCharsets.US_ASCII));
            for (int i = 0; i < 256; i++) {
                var channels = "\"channels\":[\"hostile/" + client.number() + "/" + i + "\",\"*/" + i + "\"]}";
                var subscribe = "{\"op\":\"subscribe\",\"ref\":" + i + "," + channels;
                client.frame(0x81, subscribe.getBytes(StandardCharsets.US_ASCII));
            }
            Thread.sleep(HOLD_MS);
        }
    },
    UPLOADS {
        @Override
        void act(HostileClient client) throws IOException {
            client.connect()
                    .request("POST", "/channels/hostile", "Content-Length: 1048576\r\n" + client.authorization());
            client.send(new byte[(1 << 20) - 1]).status();
        }
    },
    PUBLISHES {
        @Override
        void act(HostileClient client) throws IOException {
            var body = IntStream.range(0, 200)
                    .mapToObj(i ->
                            "{\"channel\":\"hostile/" + client.number() + "/" + i + "\",\"data\":\"" + DATA + "\"}")
                    .collect(Collectors.joining("\n"));
            var headers = "Content-Type: application/x-ndjson\r\nContent-Length: " + body.length() + "\r\n";
            client.connect().request("POST", "/channels", headers + client.authorization());
            client.send(body).status();
        }
    },
    PRESENCE {
        @Override
        void act(HostileClient client) throws IOException {
            client.connect().request("GET", "/channels/hostile?join=true&presence=true", client.authorization());
            client.read(READ_BYTES);
        }
    },
    RESUMES {
        @Override
        void act(HostileClient client) throws IOException {
            client.connect().request("GET", "/channels?name=hostile/**&after=earliest", client.authorization());
            client.read(READ_BYTES);
        }
    };

    static final int PAUSE_MS = 1_000;
    private static final int HOLD_MS = 30_000;
    private static final int FLOOD = 10_000;
    private static final int READ_BYTES = 64 << 10;
    private static final String DATA = "x".repeat(100);

    abstract void act(HostileClient client) throws IOException, InterruptedException;

    /// @param flags without [Http2Frame#END_HEADERS] the head does not end
    private static Http2Frame get(int stream, int flags, String path) {
        var fields = HpackEncoder.getAsLiterals("localhost", path);
        return new Http2Frame(Http2Frame.HEADERS, flags | Http2Frame.END_STREAM, stream, fields);
    }

    /// Sends a little every second, until the hub cuts the connection.
    private static void drip(HostileClient client, String text) throws IOException, InterruptedException {
        while (true) {
            client.send(text);
            Thread.sleep(PAUSE_MS);
        }
    }
}
