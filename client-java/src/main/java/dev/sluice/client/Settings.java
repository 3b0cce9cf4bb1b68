package dev.sluice.client;

import dev.sluice.client.http.Time;
import java.time.Duration;
import java.util.concurrent.ThreadFactory;
import java.util.random.RandomGenerator;

/** What a client was built with: {@link ClientBuilder} explains each. */
record Settings(
        Duration backoffFirst,
        Duration backoffMax,
        Duration answerMax,
        Duration retryFor,
        long keptBytesMax,
        int messageBytesMax,
        ThreadFactory threads,
        Time time,
        RandomGenerator random) {
    Backoff backoff() {
        return new Backoff(backoffFirst, backoffMax, random);
    }
}
