package dev.sluice.server.slow;

import dev.sluice.core.log.Log;
import dev.sluice.server.Http2Client;
import dev.sluice.server.Secure;
import dev.sluice.server.TestServer;
import dev.sluice.wire.HttpHead;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;

/// The protocols that carry a stream to its reader.
enum Carrier {
    HTTP1,
    HTTP1_OVER_TLS,
    HTTP2;

    TestServer start(Log log) {
        return switch (this) {
            case HTTP1 -> TestServer.start(log);
            case HTTP1_OVER_TLS -> TestServer.secureHttp1(log, TestServer.settings(2));
            case HTTP2 -> TestServer.secure(log, TestServer.settings(2));
        };
    }

    static Carrier of(TestServer server) {
        return server.isHttp2() ? HTTP2 : server.isSecure() ? HTTP1_OVER_TLS : HTTP1;
    }

    /// Asks for JSON lines; returns what comes after the head of the answer.
    InputStream get(Socket connected, String path) throws IOException {
        return switch (this) {
            case HTTP1 -> http1(connected, path);
            case HTTP1_OVER_TLS -> http1(Secure.over(connected, "http/1.1"), path);
            case HTTP2 -> http2(new Http2Client(Secure.over(connected, "h2")), path);
        };
    }

    private static InputStream http1(Socket socket, String path) throws IOException {
        socket.getOutputStream()
                .write(("GET " + path + " HTTP/1.1\r\nHost: localhost\r\nAccept: application/x-ndjson\r\n\r\n")
                        .getBytes(StandardCharsets.US_ASCII));
        InputStream in = socket.getInputStream();
        HttpHead.read(in);
        return in;
    }

    private static InputStream http2(Http2Client client, String path) {
        client.get(1, path, "accept", "application/x-ndjson").head(1);
        return new Http2Body(client, 1);
    }
}
