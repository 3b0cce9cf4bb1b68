package dev.sluice.client;

import dev.sluice.client.http.Clock;
import java.time.Duration;
import java.util.concurrent.ThreadFactory;
import java.util.random.RandomGenerator;

/** The settings of a client, documented in {@link ClientBuilder}. */
record Settings(
        Duration backoffFirst,
        Duration backoffMax,
        Duration answerMax,
        Duration retryFor,
        long keptBytesMax,
        int messageBytesMax,
        ThreadFactory threads,
        Clock time,
        RandomGenerator random) {
    Backoff backoff() {
        return new Backoff(backoffFirst, backoffMax, random);
    }
}
