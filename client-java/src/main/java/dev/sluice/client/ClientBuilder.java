package dev.sluice.client;

import dev.sluice.client.http.Time;
import java.net.URI;
import java.net.http.HttpClient;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.concurrent.ThreadFactory;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** The settings of a {@link SluiceClient}. For one thread; may build more than one client. */
public final class ClientBuilder {
    private static final Duration CONNECT_MAX = Duration.ofSeconds(10);

    private final HubAddress hub;
    private @Nullable HttpClient http;
    private Duration backoffFirst = Duration.ofMillis(250);
    private Duration backoffMax = Duration.ofSeconds(30);
    private Duration answerMax = Duration.ofSeconds(30);
    private Duration retryFor = Duration.ofMinutes(4);
    private long keptBytesMax = 16L << 20;
    private int messageBytesMax = 8 << 20;
    private ThreadFactory threads = ClientBuilder::daemon;
    private Time time = Time.REAL;
    private RandomGenerator random = new SecureRandom();

    ClientBuilder(URI hub) {
        this.hub = new HubAddress(hub);
    }

    /** Yours, with your proxy, TLS and authenticator; else the client makes one that connects within 10 s. */
    public ClientBuilder httpClient(HttpClient http) {
        this.http = http;
        return this;
    }

    /**
     * How long to pause after a failure: after the first any time up to {@code first}, then up to twice as long each time,
     * at most {@code max}, in addition to what the hub asks for. 250 ms and 30 s unless told otherwise.
     */
    public ClientBuilder backoff(Duration first, Duration max) {
        backoffFirst = positive("first", first);
        backoffMax = positive("max", max);
        return this;
    }

    /** How long an answer may take before the line counts as lost; 30 s unless told otherwise. */
    public ClientBuilder answerWithin(Duration atMost) {
        answerMax = positive("atMost", atMost);
        return this;
    }

    /**
     * For how long a publish is tried again, from when it was handed over; 4 min unless told otherwise. A hub knows an
     * idempotency key for 5 min: with more, what was taken though its answer was lost may come to stand twice.
     */
    public ClientBuilder retryFor(Duration atMost) {
        retryFor = positive("atMost", atMost);
        return this;
    }

    /** How much may wait to be sent, data and 1 KiB for each publish; 16 MiB unless told otherwise. */
    public ClientBuilder keptBytesMax(long bytes) {
        keptBytesMax = positive("bytes", bytes);
        return this;
    }

    /** The largest event to receive, as JSON, or line to send; 8 MiB unless told otherwise. A page of polls: 16 such. */
    public ClientBuilder messageBytesMax(int bytes) {
        messageBytesMax = Math.toIntExact(Math.min(positive("bytes", bytes), Integer.MAX_VALUE / 16));
        return this;
    }

    /** Makes the threads of listeners and of the sender; daemons unless told otherwise. */
    public ClientBuilder threads(ThreadFactory threads) {
        this.threads = threads;
        return this;
    }

    /** For tests: another clock, and chance that can be repeated. */
    ClientBuilder time(Time time, RandomGenerator random) {
        this.time = time;
        this.random = random;
        return this;
    }

    public SluiceClient build() {
        var settings = new Settings(
                backoffFirst, backoffMax, answerMax, retryFor, keptBytesMax, messageBytesMax, threads, time, random);
        return new SluiceClient(hub, http == null ? ownHttp() : http, settings);
    }

    /** Follows no redirect: a POST would be turned into a GET by it. Where to is told in the refusal. */
    private HttpClient ownHttp() {
        // Without TLS, asking for HTTP/2 would put an upgrade on requests, which hubs answer with WebSocket or not at
        // all.
        return HttpClient.newBuilder()
                .version(hub.isTls() ? HttpClient.Version.HTTP_2 : HttpClient.Version.HTTP_1_1)
                .connectTimeout(CONNECT_MAX)
                .build();
    }

    private static Thread daemon(Runnable work) {
        var thread = new Thread(work, "sluice-client");
        thread.setDaemon(true);
        return thread;
    }

    private static Duration positive(String name, Duration duration) {
        if (duration.isNegative() || duration.isZero()) {
            throw new IllegalArgumentException(name + " must be more than 0, was " + duration);
        }
        return duration;
    }

    private static long positive(String name, long number) {
        if (number <= 0) throw new IllegalArgumentException(name + " must be more than 0, was " + number);
        return number;
    }
}
