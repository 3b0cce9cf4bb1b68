package dev.sluice.demos.gallery;

import dev.sluice.Request;
import dev.sluice.Sluice;
import dev.sluice.SseStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Base64;
import java.util.concurrent.Semaphore;
import java.util.regex.Pattern;

/// Shows the bytes on the wire: sends a demo's request on a plain socket and forwards all bytes of both directions. A
/// page cannot see them, because its browser decodes chunks and hides handshakes and frames.
final class Tap {
    /// Each tap uses two connections of the hub.
    private static final int OPEN_MAX = 32;

    private static final int CONNECT_TIME_MS = 5_000;
    private static final Pattern ANSWER = Pattern.compile("[0-9a-f-]{36}");

    private final Sluice hub;
    private final Semaphore free = new Semaphore(OPEN_MAX);
    private final SecureRandom random = new SecureRandom();

    Tap(Sluice hub) {
        this.hub = hub;
    }

    /// Answers `/wire/NAME` with events `sent` and `came`, whose data is bytes in Base64, and a final event `end`.
    void show(SseStream page) throws InterruptedException {
        Request request = page.request();
        String answer = request.query("answer").orElse("");
        String path = path(request.stars().getFirst(), ANSWER.matcher(answer).matches() ? answer : "none");
        if (path.isEmpty() || !free.tryAcquire()) {
            page.send("end", "");
            return;
        }
        try (var socket = new Socket()) {
            listen(page, socket, request.stars().getFirst(), path);
        } catch (IOException failed) {
            // The page was closed or the connection was lost: both end the bytes.
            if (Thread.interrupted()) throw new InterruptedException("the page was closed");
        } finally {
            free.release();
        }
        page.send("end", "");
    }

    /// Returns the path of a demo's stream; empty if there is no such demo.
    private static String path(String name, String answer) {
        return switch (name) {
            case "clock" -> "/demos/clock/api/v1/sse";
            case "clock-echo" -> "/demos/clock/";
            case "ticker" -> "/demos/ticker/api/v1/sse";
            case "hello" -> "/demos/hello/events";
            case "live" -> "/demos/live/events";
            case "chat" -> "/demos/chat/";
            case "typewriter", "typewriter-text" -> "/channels/typewriter/" + answer + "?after=earliest&coalesce=true";
            default -> "";
        };
    }

    private void listen(SseStream page, Socket socket, String name, String path) throws IOException {
        socket.connect(address(hub.uri()), CONNECT_TIME_MS);
        send(page, socket, head(name, path, page.request().header("Host").orElse("localhost")));
        if (name.equals("clock-echo")) send(page, socket, frame("这是客户端发送的消息"));
        InputStream in = socket.getInputStream();
        byte[] part = new byte[16_384];
        for (int count = in.read(part); count >= 0; count = in.read(part)) {
            page.send("came", Base64.getEncoder().encodeToString(Arrays.copyOf(part, count)));
        }
    }

    private static void send(SseStream page, Socket socket, byte[] bytes) throws IOException {
        page.send("sent", Base64.getEncoder().encodeToString(bytes));
        socket.getOutputStream().write(bytes);
    }

    /// Replaces the wildcard address by loopback.
    private static InetSocketAddress address(URI uri) throws IOException {
        InetAddress address = InetAddress.getByName(uri.getHost());
        return new InetSocketAddress(
                address.isAnyLocalAddress() ? InetAddress.getLoopbackAddress() : address, uri.getPort());
    }

    private byte[] head(String name, String path, String host) {
        String first = "GET " + path + " HTTP/1.1\r\nHost: " + host + "\r\n";
        String rest = switch (name) {
            case "clock-echo", "chat" ->
                "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: "
                        + Base64.getEncoder().encodeToString(bytes(16)) + "\r\n\r\n";
            case "typewriter-text" -> "Accept: text/plain\r\nConnection: close\r\n\r\n";
            default -> "Accept: text/event-stream\r\nConnection: close\r\n\r\n";
        };
        return (first + rest).getBytes(StandardCharsets.ISO_8859_1);
    }

    /// Encodes a short text as a masked client frame (RFC 6455 §5.3).
    private byte[] frame(String text) {
        byte[] payload = text.getBytes(StandardCharsets.UTF_8);
        byte[] mask = bytes(4);
        byte[] frame = new byte[6 + payload.length];
        frame[0] = (byte) 0x81; // FIN, text.
        frame[1] = (byte) (0x80 | payload.length);
        System.arraycopy(mask, 0, frame, 2, 4);
        for (int i = 0; i < payload.length; i++) frame[6 + i] = (byte) (payload[i] ^ mask[i % 4]);
        return frame;
    }

    private byte[] bytes(int count) {
        byte[] bytes = new byte[count];
        random.nextBytes(bytes);
        return bytes;
    }
}
