package dev.sluice.lab.client;

import dev.sluice.lab.plan.Technique;
import dev.sluice.load.http.Finder;
import dev.sluice.load.http.MessageFinder;
import dev.sluice.wire.PayloadFinder;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.ThreadLocalRandom;

/// Polling, and long polling: asks, and asks again.
final class Poll {
    private static final int WAIT_SECONDS = 30;

    /// More than the members after the events of an answer have.
    private static final int TAIL_BYTES = 200;

    private final Technique lane;
    private final Duration interval;
    private final ByteArrayOutputStream body = new ByteArrayOutputStream();
    private boolean hasMore;
    private long askedNs;

    /// @param interval between two questions; a long poll has none, because an answer waits for events instead
    Poll(Technique lane, Duration interval) {
        this.lane = lane;
        this.interval = interval;
    }

    boolean isPoll() {
        return lane == Technique.POLLING || lane == Technique.LONG_POLLING;
    }

    /// Returns the parameters of the next question.
    String question(String after) {
        if (!hasMore) askedNs = System.nanoTime();
        boolean isWaiting = lane == Technique.LONG_POLLING && !after.equals("latest");
        return isWaiting ? after + "&wait=" + WAIT_SECONDS : after;
    }

    /// An answer has begun.
    Finder begin() {
        body.reset();
        return (buffer, from) -> {
            var bytes = new byte[buffer.limit() - from];
            buffer.get(from, bytes);
            body.writeBytes(bytes);
            return buffer.limit();
        };
    }

    /// Takes the answer, which is complete.
    ///
    /// @return the cursor after it
    String end(ReaderState reader) throws IOException {
        byte[] answer = body.toByteArray();
        new PayloadFinder(PayloadFinder.ANY_SIZE, reader).findAll(answer);
        byte[] tail = Arrays.copyOfRange(answer, Math.max(0, answer.length - TAIL_BYTES), answer.length);
        hasMore = new String(tail, StandardCharsets.UTF_8).contains("\"more\":true");
        String cursor = MessageFinder.place(tail);
        if (cursor == null) throw new IOException("the answer to a poll has no cursor");
        return cursor;
    }

    /// The pause before the next question. Clients come at random times, and so their questions do.
    long pauseMs(boolean isFirst) {
        if (lane == Technique.LONG_POLLING) return 0;
        if (isFirst) return ThreadLocalRandom.current().nextLong(interval.toMillis() + 1);
        return hasMore ? 0 : Math.max(0, interval.toMillis() - (System.nanoTime() - askedNs) / 1_000_000);
    }

    long intervalMs() {
        return interval.toMillis();
    }
}
