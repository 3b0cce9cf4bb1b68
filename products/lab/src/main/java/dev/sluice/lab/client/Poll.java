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

/// The requests and responses of polling and long polling.
final class Poll {
    private static final int WAIT_SECONDS = 30;

    /// An upper bound for the bytes that follow the events in a response.
    private static final int TAIL_BYTES = 200;

    private final Technique lane;
    private final Duration interval;
    private final ByteArrayOutputStream body = new ByteArrayOutputStream();
    private boolean hasMore;
    private long askedNs;

    /// @param interval the time between two polls; unused for long polling, where the response waits for
    ///                 events
    Poll(Technique lane, Duration interval) {
        this.lane = lane;
        this.interval = interval;
    }

    boolean isPoll() {
        return lane == Technique.POLLING || lane == Technique.LONG_POLLING;
    }

    /// Returns the parameters of the next poll.
    String question(String after) {
        if (!hasMore) askedNs = System.nanoTime();
        boolean isWaiting = lane == Technique.LONG_POLLING && !after.equals("latest");
        return isWaiting ? after + "&wait=" + WAIT_SECONDS : after;
    }

    /// Prepares for a new response.
    Finder begin() {
        body.reset();
        return (buffer, from) -> {
            var bytes = new byte[buffer.limit() - from];
            if (body.size() + bytes.length > MessageFinder.BYTES_MAX)
                throw new IOException("the answer to a poll is longer than 16 MiB");
            buffer.get(from, bytes);
            body.writeBytes(bytes);
            return buffer.limit();
        };
    }

    /// Processes a complete response.
    ///
    /// @return the cursor after the response
    String end(ReaderState reader) throws IOException {
        byte[] answer = body.toByteArray();
        new PayloadFinder(PayloadFinder.ANY_SIZE, reader).findAll(answer);
        byte[] tail = Arrays.copyOfRange(answer, Math.max(0, answer.length - TAIL_BYTES), answer.length);
        hasMore = new String(tail, StandardCharsets.UTF_8).contains("\"more\":true");
        String cursor = MessageFinder.place(tail);
        if (cursor == null) throw new IOException("the answer to a poll has no cursor");
        return cursor;
    }

    /// Returns the pause before the next poll. The first pause is random, because real clients arrive at
    /// random times.
    long pauseMs(boolean isFirst) {
        if (lane == Technique.LONG_POLLING) return 0;
        if (isFirst) return ThreadLocalRandom.current().nextLong(interval.toMillis() + 1);
        return hasMore ? 0 : Math.max(0, interval.toMillis() - (System.nanoTime() - askedNs) / 1_000_000);
    }

    long intervalMs() {
        return interval.toMillis();
    }
}
