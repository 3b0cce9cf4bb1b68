package dev.sluice.sense.check;

import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/// Opens a TCP connection to any address of a host; optionally sends a text and expects one.
///
/// @param timeout the timeout of a run
/// @param send    the text to send after connecting; empty to send nothing
/// @param expect  a text that the service must send within the first [#ANSWER_BYTES_MAX] bytes; empty if none
///                is expected
public record TcpCheck(Network network, String host, int port, Duration timeout, String send, String expect)
        implements Check {
    static final int ANSWER_BYTES_MAX = 4096;

    @Override
    public Outcome run() throws InterruptedException {
        long start = System.nanoTime();
        try (var socket = network.connect(host, port, timeout)) {
            if (!send.isEmpty()) socket.getOutputStream().write(send.getBytes(StandardCharsets.UTF_8));
            String answer = expect.isEmpty() ? "connected" : read(socket);
            if (!answer.contains(expect) && !expect.isEmpty())
                return Outcome.failed(
                        Phrase.text("'" + expect + "'"),
                        answer.isEmpty() ? Phrase.of("nothing") : Phrase.text("'" + answer + "'"));
            return new Outcome.Passed(Duration.ofNanos(System.nanoTime() - start), Failure.cut(answer));
        } catch (IOException failed) {
            if (Thread.interrupted()) throw new InterruptedException();
            return Outcome.failed(Phrase.of("connection"), Reason.of(failed));
        }
    }

    /// Reads until the text arrives, the service closes the connection, or the limit is reached.
    private String read(Socket socket) throws IOException {
        var in = socket.getInputStream();
        byte[] bytes = new byte[ANSWER_BYTES_MAX];
        int length = 0;
        while (length < bytes.length) {
            int count = in.read(bytes, length, bytes.length - length);
            if (count < 0) break;
            length += count;
            String text = new String(bytes, 0, length, StandardCharsets.UTF_8);
            if (text.contains(expect)) return text;
        }
        return new String(bytes, 0, length, StandardCharsets.UTF_8);
    }
}
