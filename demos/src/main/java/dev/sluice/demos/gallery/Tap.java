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
import java.util.Arrays;
import java.util.Base64;
import java.util.concurrent.Semaphore;
import java.util.regex.Pattern;

/// Shows the bytes of an answer of the typewriter, whose page reads a channel of the hub itself: reads that
/// channel on a plain socket, and forwards all bytes of both directions.
final class Tap {
    /// Each tap uses two connections of the hub.
    private static final int OPEN_MAX = 32;

    private static final int CONNECT_TIME_MS = 5_000;
    private static final Pattern ANSWER = Pattern.compile("[0-9a-f-]{36}");

    private final Sluice hub;
    private final Semaphore free = new Semaphore(OPEN_MAX);

    Tap(Sluice hub) {
        this.hub = hub;
    }

    /// Answers `/answer/NAME` with events `sent` and `came`, whose data is bytes in Base64, and a final event
    /// `end`.
    void show(SseStream page) throws InterruptedException {
        Request request = page.request();
        String answer = request.query("answer").orElse("");
        boolean isText = request.stars().getFirst().equals("text");
        if (!ANSWER.matcher(answer).matches() || !free.tryAcquire()) {
            page.send("end", "");
            return;
        }
        try (var socket = new Socket()) {
            listen(page, socket, answer, isText ? "text/plain" : "text/event-stream");
        } catch (IOException failed) {
            // The page was closed or the connection was lost: both end the bytes.
            if (Thread.interrupted()) throw new InterruptedException("the page was closed");
        } finally {
            free.release();
        }
        page.send("end", "");
    }

    private void listen(SseStream page, Socket socket, String answer, String accept) throws IOException {
        socket.connect(address(hub.uri()), CONNECT_TIME_MS);
        String host = page.request().header("Host").orElse("localhost");
        String head = "GET /channels/typewriter/" + answer + "?after=earliest&coalesce=true HTTP/1.1\r\nHost: " + host
                + "\r\nAccept: " + accept + "\r\nConnection: close\r\n\r\n";
        send(page, socket, head.getBytes(StandardCharsets.ISO_8859_1));
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
}
