package dev.sluice.client;

import dev.sluice.client.http.Authorities;
import dev.sluice.client.http.Clock;
import dev.sluice.client.http.HubHttp;
import dev.sluice.client.http.Tokens;
import java.net.URI;
import java.net.http.HttpClient;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ThreadFactory;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/** Builds a {@link SluiceClient}. Not safe for use by several threads; may build several clients. */
public final class ClientBuilder {
    private static final Duration CONNECT_MAX = Duration.ofSeconds(10);

    private final HubAddress hub;
    private List<HubAddress> others = List.of();
    private @Nullable HttpClient http;
    private @Nullable SSLContext tls;
    private Duration backoffFirst = Duration.ofMillis(250);
    private Duration backoffMax = Duration.ofSeconds(30);
    private Duration answerMax = Duration.ofSeconds(30);
    private Duration retryFor = Duration.ofMinutes(4);
    private long keptBytesMax = 16L << 20;
    private int messageBytesMax = 8 << 20;
    private @Nullable Supplier<String> tokens;
    private ThreadFactory threads = ClientBuilder::daemon;
    private Clock time = Clock.REAL;
    private RandomGenerator random = new SecureRandom();

    ClientBuilder(URI hub) {
        this.hub = new HubAddress(hub);
    }

    /**
     * Sets the addresses of further nodes of the hub's cluster. The client talks to one node. If that does
     * not answer, or answers with a server error (5xx), requests are repeated at the next node, publishes with
     * the same idempotency key, and subscriptions resume there. Default: none.
     *
     * @throws IllegalArgumentException if one is not an address of a hub, or its scheme differs from that of
     *     the first
     */
    public ClientBuilder nodes(List<URI> further) {
        var addresses = further.stream().map(HubAddress::new).toList();
        for (var each : addresses) {
            if (each.isTls() != hub.isTls()) {
                throw new IllegalArgumentException(
                        "The nodes of a hub must all have http addresses, or all https: " + hub + " and " + each);
            }
        }
        others = addresses;
        return this;
    }

    /**
     * Sets the HTTP client, for example one with a proxy, TLS settings or an authenticator. Requests are sent
     * over HTTP/1.1, whatever its version is. By default the client creates one with a connect timeout of 10 s.
     */
    public ClientBuilder httpClient(HttpClient http) {
        this.http = http;
        return this;
    }

    /**
     * Sets the certificate authorities whose hubs are trusted, instead of those of the JDK. Has no effect together with
     * {@link #httpClient}, which has its own.
     *
     * @param file one or more certificates in PEM format, read at once
     * @throws IllegalArgumentException if the file can't be read, or has no certificate
     */
    public ClientBuilder authorities(Path file) {
        tls = Authorities.of(file);
        return this;
    }

    /**
     * Sets the pause after a failure: a random duration up to {@code first} after the first failure, up to twice as
     * long after each further one, but never more than {@code max}. It is added to a delay that the hub asks for.
     * Default: 250 ms and 30 s.
     *
     * @throws IllegalArgumentException if one of them is not positive
     */
    public ClientBuilder backoff(Duration first, Duration max) {
        backoffFirst = positive("first", first);
        backoffMax = positive("max", max);
        return this;
    }

    /**
     * Sets how long an answer may take before the connection counts as lost. Default: 30 s.
     *
     * @throws IllegalArgumentException if it is not positive
     */
    public ClientBuilder answerWithin(Duration atMost) {
        answerMax = positive("atMost", atMost);
        return this;
    }

    /**
     * Sets for how long a publish is retried, counted from the call. Default: 4 min. A hub remembers an idempotency key
     * for 5 min: with a longer time, an event whose answer was lost may be stored twice.
     *
     * @throws IllegalArgumentException if it is not positive
     */
    public ClientBuilder retryFor(Duration atMost) {
        retryFor = positive("atMost", atMost);
        return this;
    }

    /**
     * Sets the size of the send buffer in bytes. Each waiting publish takes its data and 1 KiB. Default: 16 MiB.
     *
     * @throws IllegalArgumentException if it is not positive
     */
    public ClientBuilder keptBytesMax(long bytes) {
        keptBytesMax = positive("bytes", bytes);
        return this;
    }

    /**
     * Sets the largest event to receive (as JSON) and the longest line to send, in bytes. Default: 8 MiB. The answer to
     * a poll may have 16 times this size.
     *
     * @throws IllegalArgumentException if it is not positive
     */
    public ClientBuilder messageBytesMax(int bytes) {
        messageBytesMax = Math.toIntExact(Math.min(positive("bytes", bytes), Integer.MAX_VALUE / 16));
        return this;
    }

    /**
     * Sets the source of the client's token, or of its static key. It is called before a subscription connects, before
     * the first other request, and whenever the hub says that the token has expired; the requests carry the token as
     * {@code Authorization: Bearer}. It may block, for example to ask an application for a new token, and runs on the
     * thread that needs it. An exception counts as a lost connection: the source is called again after a pause. A
     * token that the hub refuses because it has expired, is not valid yet, was revoked or is of an unknown key is
     * replaced up to five times in a row, with pauses of half a minute in all; any other refused token once. Then the
     * publish or subscription ends with a {@link RefusedException}. By default there is no token.
     */
    public ClientBuilder token(Supplier<String> source) {
        tokens = source;
        return this;
    }

    /** Sets the factory for the threads that run listeners, send events, renew leases and read lines. Default: daemon threads. */
    public ClientBuilder threads(ThreadFactory threads) {
        this.threads = threads;
        return this;
    }

    /** For tests: a fake clock and a reproducible source of randomness. */
    ClientBuilder time(Clock time, RandomGenerator random) {
        this.time = time;
        this.random = random;
        return this;
    }

    public SluiceClient build() {
        var settings = new Settings(
                backoffFirst, backoffMax, answerMax, retryFor, keptBytesMax, messageBytesMax, threads, time, random);
        var nodes = new HubNodes(Stream.concat(Stream.of(hub), others.stream()).toList());
        return new SluiceClient(nodes, new HubHttp(http == null ? ownHttp() : http, new Tokens(tokens)), settings);
    }

    /** Does not follow redirects, because a redirect may turn a POST into a GET. The refusal names the new address. */
    private HttpClient ownHttp() {
        var builder = HttpClient.newBuilder().connectTimeout(CONNECT_MAX);
        if (tls != null) builder.sslContext(tls);
        return builder.build();
    }

    private static Thread daemon(Runnable work) {
        var thread = new Thread(work, "sluice-client");
        thread.setDaemon(true);
        return thread;
    }

    private static Duration positive(String name, Duration duration) {
        if (duration.isNegative() || duration.isZero()) {
            throw new IllegalArgumentException(name + " must be positive, was " + duration);
        }
        return duration;
    }

    private static long positive(String name, long number) {
        if (number <= 0) throw new IllegalArgumentException(name + " must be positive, was " + number);
        return number;
    }
}
