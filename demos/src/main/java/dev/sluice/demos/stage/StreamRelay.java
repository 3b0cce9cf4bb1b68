package dev.sluice.demos.stage;

import dev.sluice.SseEvent;
import dev.sluice.SseStream;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;

/// Passes a stream of Server-Sent Events from the hub of a stage to its page, and keeps all bytes for the page to show.
final class StreamRelay {
    private static final String STREAM = "Accept: text/event-stream\r\nConnection: close\r\n";

    private StreamRelay() {}

    /// Runs until either side ends. A page notices the end of its stream, and connects again.
    static void run(SseStream page, Stage stage) throws InterruptedException {
        try {
            Socket socket = stage.connect();
            try {
                page.onClose(() -> stage.disconnect(socket));
                pass(page, stage, socket);
            } finally {
                stage.disconnect(socket);
            }
        } catch (IOException cut) {
            if (Thread.interrupted()) throw new InterruptedException("the page was closed");
        }
    }

    private static void pass(SseStream page, Stage stage, Socket socket) throws IOException, InterruptedException {
        String connection = Target.connection(page.request());
        byte[] head = Target.head(page.request(), stage.port(), STREAM);
        stage.wire().add(WireUnit.http(connection, true, head));
        socket.getOutputStream().write(head);
        InputStream in = new BufferedInputStream(socket.getInputStream(), 1024);
        HttpHead answer = HttpHead.read(in);
        stage.wire().add(WireUnit.http(connection, false, answer.bytes()));
        if (!answer.hasStatus(200)) return;
        var parser = new SseParser();
        for (Chunk chunk = Chunk.read(in); !chunk.isLast(); chunk = Chunk.read(in)) {
            stage.wire().add(WireUnit.chunk(connection, chunk));
            stage.pace(chunk.bytes());
            for (SseEvent event : parser.parse(chunk.data())) page.send(event);
        }
    }
}
