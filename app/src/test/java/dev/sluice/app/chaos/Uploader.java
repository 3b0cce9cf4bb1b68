package dev.sluice.app.chaos;

import dev.sluice.app.killed.ChannelClient;
import dev.sluice.app.killed.Client;
import dev.sluice.core.history.Publish.Answer;
import dev.sluice.core.history.Publishes;
import dev.sluice.wire.HttpChunk;
import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.locks.LockSupport;

/// Streams lines to a node, as fast as it takes them, over one connection after the other. A line is an event; the
/// answer at the end says nothing about each, so its history only says that it was sent.
///
/// @param name a prefix of its values
record Uploader(String name, ChannelClient channel, Publishes publishes) implements Client {
    static final int LINES = 60;

    /// Longer than the nodes' timeout for a publish.
    private static final int TIMEOUT_MS = 20_000;

    @Override
    public void step(int number) {
        URI node = URI.create(channel.node().get());
        String connection = name + "-" + number;
        try (Socket socket = new Socket(node.getHost(), node.getPort())) {
            socket.setSoTimeout(TIMEOUT_MS);
            OutputStream out = socket.getOutputStream();
            write(
                    out,
                    "POST /channels/" + channel.channel() + "?split=line HTTP/1.1\r\nHost: " + node.getAuthority()
                            + "\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\n");
            for (int i = 0; i < LINES; i++) {
                String value = connection + "-" + i;
                publishes.add(connection, value, null, System.nanoTime(), new Answer.Unknown());
                out.write(HttpChunk.encoded((value + "\n").getBytes(StandardCharsets.US_ASCII)));
            }
            out.write(HttpChunk.encoded(new byte[0]));
            String answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            if (!answer.startsWith("HTTP/1.1 200") && !answer.startsWith("HTTP/1.1 50") && !answer.isEmpty())
                publishes.fault(connection + " was answered " + answer);
        } catch (IOException _) {
            LockSupport.parkNanos(5_000_000); // Its node ended, or is stopped: the next connection.
        }
    }

    private static void write(OutputStream out, String text) throws IOException {
        out.write(text.getBytes(StandardCharsets.US_ASCII));
    }
}
