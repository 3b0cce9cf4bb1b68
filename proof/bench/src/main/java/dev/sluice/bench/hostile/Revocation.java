package dev.sluice.bench.hostile;

import java.io.IOException;
import java.util.Locale;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/// Measures how long a revocation takes to end all streams of a user.
final class Revocation {
    private static final int ENDS_WITHIN_SECONDS = 60;

    /// Connections being opened at a time, fewer than a listening socket's backlog.
    private static final int OPENING_MAX = 64;

    private final CountDownLatch opening;
    private final CountDownLatch ending;
    private final Semaphore turns = new Semaphore(OPENING_MAX);
    private final AtomicInteger revoked = new AtomicInteger();
    private final AtomicLong lastEndNs = new AtomicLong(Long.MIN_VALUE);

    private Revocation(int streams) {
        opening = new CountDownLatch(streams);
        ending = new CountDownLatch(streams);
    }

    /// @param ended     streams that ended
    /// @param revoked   streams that received the reason
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

    static Outcome run(int streams) throws IOException, InterruptedException {
        var run = new Revocation(streams);
        try (var threads = Executors.newVirtualThreadPerTaskExecutor();
                var hub = HubProcess.start()) { // It ends first, and with it all streams.
            var user = hub.victim(Tokens.sign("\"sub\":\"alice\""));
            for (int i = 0; i < streams; i++) threads.submit(() -> run.follow(HostileClient.here(user)));
            if (!run.opening.await(ENDS_WITHIN_SECONDS, TimeUnit.SECONDS)) {
                throw new IOException(run.opening.getCount() + " streams did not begin");
            }
            long beganNs;
            long answeredNs;
            try (var admin = HostileClient.here(hub.victim(Tokens.sign("\"sub\":\"ops\",\"roles\":[\"admin\"]")))
                    .connect()) {
                var headers = "Content-Type: application/json\r\n" + admin.authorization();
                beganNs = System.nanoTime();
                var answer = admin.post("/revocations", headers, "{\"sub\":\"alice\"}");
                answeredNs = System.nanoTime();
                if (answer.status() != 201) throw new IllegalStateException("POST /revocations: " + answer);
            }
            boolean areOver = run.ending.await(ENDS_WITHIN_SECONDS, TimeUnit.SECONDS);
            int ended = areOver ? streams : streams - (int) run.ending.getCount();
            return new Outcome(
                    ended, run.revoked.get(), (answeredNs - beganNs) / 1e6, (run.lastEndNs.get() - answeredNs) / 1e6);
        }
    }

    /// Reads a stream until the hub ends it.
    private Void follow(HostileClient client) throws IOException, InterruptedException {
        try (client) {
            turns.acquire();
            try {
                var headers = "Accept: text/event-stream\r\n" + client.authorization();
                int status = client.connect()
                        .request("GET", "/channels/crowd", headers)
                        .status();
                if (status != 200) throw new IOException("refused with " + status);
            } finally {
                turns.release();
            }
            opening.countDown();
            var rest = client.rest();
            lastEndNs.accumulateAndGet(System.nanoTime(), Math::max);
            if (rest.contains("/problems/revoked")) revoked.incrementAndGet();
            ending.countDown();
        }
        return null;
    }

    /// @param args the number of streams
    public static void main(String[] args) throws Exception {
        var outcome = run(Integer.parseInt(args[0]));
        System.out.print(outcome.text());
        System.exit(outcome.revoked() == Integer.parseInt(args[0]) ? 0 : 1);
    }
}
