package dev.sluice.lab.client;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;

/// Polling, and long polling: asks, and asks again.
///
/// @param target   the path of the channel
/// @param interval between two questions; zero: an answer waits for events instead
record Poll(Route route, String target, Duration interval) implements Transport {
    private static final int WAIT_SECONDS = 30;

    @Override
    public void read(ReaderState reader) throws IOException, InterruptedException {
        var headers = route.headers().ofRequest("http://" + route.authority(), "application/json");
        try (var socket = new HttpSocket(route)) {
            if (reader.cursor() == null) {
                ask(socket, target + "?after=latest", headers, reader);
                reader.ready();
                // Clients come at random times, and so their questions do.
                if (!isWaiting()) Thread.sleep(ThreadLocalRandom.current().nextLong(interval.toMillis() + 1));
            }
            while (true) {
                long beganNs = System.nanoTime();
                boolean hasMore;
                do {
                    hasMore = ask(socket, next(reader), headers, reader);
                } while (hasMore);
                if (!isWaiting())
                    Thread.sleep(Math.max(0, interval.toMillis() - (System.nanoTime() - beganNs) / 1_000_000));
            }
        }
    }

    private boolean isWaiting() {
        return interval.isZero();
    }

    private String next(ReaderState reader) {
        return target + "?after=" + reader.cursor() + (isWaiting() ? "&wait=" + WAIT_SECONDS : "");
    }

    /// Returns whether there are more events than the answer has.
    private static boolean ask(HttpSocket socket, String target, Map<String, String> headers, ReaderState reader)
            throws IOException {
        var answer = socket.get(target, headers);
        byte[] body = answer.body().readAllBytes();
        if (answer.status() != 200) throw new IOException("a poll was answered with " + answer.status());
        reader.take(body, 0, body.length, reader.nowNs());
        String cursor = Cursors.of(body, Math.max(0, body.length - 200), body.length);
        if (cursor == null) throw new IOException("the answer to a poll has no cursor");
        reader.cursor(cursor);
        return new String(body, Math.max(0, body.length - 200), Math.min(200, body.length), StandardCharsets.UTF_8)
                .contains("\"more\":true");
    }

    @Override
    public long pauseMs(ReaderState reader, int failures) {
        return isWaiting() ? Backoff.ms(failures) : interval.toMillis();
    }
}
