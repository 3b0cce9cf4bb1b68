package dev.sluice.demos.stage;

import dev.sluice.SseEvent;
import dev.sluice.SseStream;
import dev.sluice.wire.HttpChunk;
import dev.sluice.wire.HttpHead;
import dev.sluice.wire.SseBlock;
import dev.sluice.wire.SseParser;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.time.Duration;

/// Forwards a stream of Server-Sent Events from the hub behind the relay to a page, and records all bytes for
/// the page to show.
final class StreamRelay {
    private static final String STREAM = "Accept: text/event-stream\r\nConnection: close\r\n";

    private StreamRelay() {}

    /// Runs until either side ends. The page notices the end of its stream and reconnects.
    static void run(SseStream page, Upstream upstream) throws InterruptedException {
        try {
            Socket socket = upstream.connect();
            try {
                page.onClose(() -> upstream.disconnect(socket));
                pass(page, upstream, socket);
            } finally {
                upstream.disconnect(socket);
            }
        } catch (IOException cut) {
            if (Thread.interrupted()) throw new InterruptedException("the page was closed");
        }
    }

    private static void pass(SseStream page, Upstream upstream, Socket socket)
            throws IOException, InterruptedException {
        String connection = upstream.connection(page.request());
        byte[] head = Target.head(page.request(), upstream, STREAM);
        upstream.wire().add(WireUnit.http(connection, true, head));
        socket.getOutputStream().write(head);
        InputStream in = new BufferedInputStream(socket.getInputStream(), 1024);
        HttpHead answer = HttpHead.read(in);
        upstream.wire().add(WireUnit.http(connection, false, answer.bytes()));
        if (answer.status() != 200) return;
        var parser = new SseParser();
        for (HttpChunk chunk = HttpChunk.read(in); !chunk.isLast(); chunk = HttpChunk.read(in)) {
            upstream.wire().add(WireUnit.chunk(connection, chunk));
            upstream.pace(chunk.bytes());
            for (SseBlock block : parser.parse(chunk.data())) page.send(event(block));
        }
    }

    private static SseEvent event(SseBlock block) {
        String comment = block.comments().isEmpty() ? null : block.comments().getLast();
        return new SseEvent(
                block.event(),
                block.data(),
                block.id(),
                block.retryMs() < 0 ? null : Duration.ofMillis(block.retryMs()),
                comment != null && comment.startsWith(" ") ? comment.substring(1) : comment);
    }
}
