package dev.sluice.bench.hostile;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.TimeUnit;

/// How long a revocation takes to end all streams of a user.
final class Revocation {
    private static final long ENDS_WITHIN_NS = TimeUnit.SECONDS.toNanos(60);

    private Revocation() {}

    /// @param ended     streams that ended
    /// @param revoked   those that were told why
    /// @param requestMs from the request to its answer
    /// @param lastEndMs from the answer to the last end; negative if the answer came later
    record Outcome(int ended, int revoked, double requestMs, double lastEndMs) {
        String text() {
            return String.format(
                    Locale.ROOT,
                    "%,d streams ended, %,d as revoked; POST /revocations answered after %.1f ms, the last stream ended %.1f ms later\n",
                    ended,
                    revoked,
                    requestMs,
                    lastEndMs);
        }
    }

    static Outcome run(Path folder, int streams) throws IOException, InterruptedException {
        try (var hub = new HubProcess(folder);
                var crowd = new Crowd(hub.plainPort(), Tokens.sign("\"sub\":\"alice\""))) {
            crowd.open(streams);
            var answered = new long[2];
            var revoking = Thread.ofPlatform().start(() -> revoke(hub.plainPort(), answered));
            long giveUpNs = System.nanoTime() + ENDS_WITHIN_NS;
            crowd.read(() -> crowd.ended() == streams || System.nanoTime() > giveUpNs);
            revoking.join();
            return new Outcome(
                    crowd.ended(),
                    crowd.revoked(),
                    (answered[1] - answered[0]) / 1e6,
                    (crowd.lastEndNs() - answered[1]) / 1e6);
        }
    }

    /// @param timesNs when the request was sent, and when its answer came
    private static void revoke(int port, long[] timesNs) {
        var body = "{\"sub\":\"alice\"}";
        var request =
                "POST /revocations HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nAuthorization: Bearer "
                        + Tokens.sign("\"sub\":\"ops\",\"roles\":[\"admin\"]") + "\r\nContent-Length: " + body.length()
                        + "\r\n\r\n" + body;
        try (var socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            timesNs[0] = System.nanoTime();
            socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
            var answer = new String(socket.getInputStream().readNBytes(12), StandardCharsets.US_ASCII);
            timesNs[1] = System.nanoTime();
            if (!answer.equals("HTTP/1.1 201")) throw new IllegalStateException("POST /revocations: " + answer);
        } catch (IOException reason) {
            throw new IllegalStateException("POST /revocations failed", reason);
        }
    }

    /// @param args the number of streams
    public static void main(String[] args) throws Exception {
        var outcome = run(Files.createTempDirectory("revocation"), Integer.parseInt(args[0]));
        System.out.print(outcome.text());
        System.exit(outcome.revoked() == Integer.parseInt(args[0]) ? 0 : 1);
    }
}
