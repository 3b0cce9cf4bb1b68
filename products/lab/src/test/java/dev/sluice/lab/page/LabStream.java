package dev.sluice.lab.page;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// A visitor's stream `/lab/open` on a plain socket, so that a test can choose the `Host` header.
final class LabStream implements AutoCloseable {
    private static final int PATIENCE_MS = 60_000;

    private final Socket socket;
    private final BufferedReader in;

    /// An event of the stream.
    record Received(String name, String data) {
        JsonNode json() {
            return JsonMapper.shared().readTree(data);
        }
    }

    private LabStream(Socket socket) throws IOException {
        this.socket = socket;
        in = new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8));
    }

    static LabStream open(URI hub) throws IOException {
        return open(hub, hub.getAuthority());
    }

    static LabStream open(URI hub, String host) throws IOException {
        var socket = new Socket(hub.getHost(), hub.getPort());
        socket.setSoTimeout(PATIENCE_MS);
        socket.getOutputStream()
                .write(("GET /lab/open HTTP/1.1\r\nHost: " + host + "\r\nAccept: text/event-stream\r\n\r\n")
                        .getBytes(StandardCharsets.ISO_8859_1));
        return new LabStream(socket);
    }

    /// Returns the next event other than `figures`.
    Received next() throws IOException {
        long beginNs = System.nanoTime();
        while (System.nanoTime() - beginNs < TimeUnit.MILLISECONDS.toNanos(PATIENCE_MS)) {
            var event = any();
            if (!event.name().equals("figures")) return event;
        }
        throw new IOException("nothing but figures came");
    }

    /// Waits for figures later than this time, in milliseconds of the wall clock.
    void awaitFigures(long afterMs) throws IOException {
        for (var event = any();
                !event.name().equals("figures") || event.json().at("/ms").asLong() <= afterMs; ) {
            event = any();
        }
    }

    private Received any() throws IOException {
        String name = "";
        for (String line; (line = in.readLine()) != null; ) {
            if (line.startsWith("event: ")) name = line.substring("event: ".length());
            if (line.startsWith("data: ") && !name.isEmpty()) return new Received(name, line.substring(6));
            if (line.equals("data:") && !name.isEmpty()) return new Received(name, "");
        }
        throw new IOException("the stream ended");
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
