package dev.sluice.app.killed;

import dev.sluice.wire.HttpChunk;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.function.IntFunction;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// Sends lines in chunks until all are sent, or there is an answer.
final class Upload implements Runnable {
    private final Socket socket;
    private final int count;
    private final IntFunction<String> lines;
    private volatile boolean answered;

    private Upload(Socket socket, int count, IntFunction<String> lines) {
        this.socket = socket;
        this.count = count;
        this.lines = lines;
    }

    /// @param body JSON of the answer or the problem
    record Answer(int status, JsonNode body) {
        int count() {
            return body.path("count").asInt();
        }
    }

    static Answer send(URI hub, String target, int count, IntFunction<String> lines) throws Exception {
        try (Socket socket = new Socket(hub.getHost(), hub.getPort())) {
            socket.setSoTimeout(60_000);
            String head = "POST " + target + " HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n";
            socket.getOutputStream().write(head.getBytes(StandardCharsets.US_ASCII));
            Upload upload = new Upload(socket, count, lines);
            Thread sending = Thread.ofPlatform().start(upload);
            StringBuilder response = new StringBuilder();
            while (response.indexOf("}") < 0) {
                int next = socket.getInputStream().read();
                if (next < 0) throw new IOException("the answer ends: " + response);
                response.append((char) next);
            }
            upload.answered = true;
            sending.join();
            String body = response.substring(response.indexOf("{"));
            return new Answer(
                    Integer.parseInt(response.substring(9, 12)),
                    JsonMapper.shared().readTree(body));
        }
    }

    @Override
    public void run() {
        try {
            OutputStream out = new BufferedOutputStream(socket.getOutputStream(), 1 << 16);
            for (int i = 0; i < count && !answered; i++) {
                byte[] line = (lines.apply(i) + "\n").getBytes(StandardCharsets.US_ASCII);
                out.write(HttpChunk.encoded(line));
            }
            out.write(HttpChunk.encoded(new byte[0]));
            out.flush();
        } catch (IOException refused) {
            answered = true; // The hub has answered and stopped reading.
        }
    }
}
