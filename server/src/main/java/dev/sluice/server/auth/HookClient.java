package dev.sluice.server.auth;

import java.io.IOException;
import java.lang.System.Logger.Level;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/// Asks the application over HTTP, each question on a virtual thread. May be used from any thread, and never
/// blocks its caller. Follows no redirection: the address is the one that the operator trusts.
final class HookClient {
    /// Hundreds of patterns.
    static final int ANSWER_BYTES_MAX = 64 << 10;

    private static final System.Logger LOG = System.getLogger(HookClient.class.getName());

    /// One line for each of a flood of failures would fill the log.
    private static final long LOG_EVERY_NANOS = TimeUnit.SECONDS.toNanos(10);

    private final HookSettings settings;
    private final InstantSource clock;
    private final HttpClient http;
    private final Semaphore places;
    private final AtomicInteger asked = new AtomicInteger();
    private final AtomicLong loggedNanos = new AtomicLong(System.nanoTime() - LOG_EVERY_NANOS);

    HookClient(HookSettings settings, InstantSource clock) {
        this.settings = settings;
        this.clock = clock;
        this.places = new Semaphore(settings.concurrentMax(), true);
        this.http = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .connectTimeout(settings.timeout())
                .build();
    }

    /// Never fails.
    CompletableFuture<HookDecision> ask(HookQuestion question) {
        CompletableFuture<HookDecision> decision = new CompletableFuture<>();
        if (asked.incrementAndGet() > settings.concurrentMax() + settings.waitingMax()) {
            asked.decrementAndGet();
            decision.complete(new HookDecision.Busy());
            return decision;
        }
        Thread.ofVirtual().name("sluice-hook").start(() -> {
            HookDecision outcome = new HookDecision.Unavailable();
            try {
                outcome = askInTurn(question);
            } catch (InterruptedException | RuntimeException failed) {
                log("the hook failed", failed);
            } finally {
                asked.decrementAndGet();
                decision.complete(outcome);
            }
        });
        return decision;
    }

    private HookDecision askInTurn(HookQuestion question) throws InterruptedException {
        long deadline = System.nanoTime() + settings.timeout().toNanos();
        if (!places.tryAcquire(settings.timeout().toNanos(), TimeUnit.NANOSECONDS)) return new HookDecision.Busy();
        try {
            return send(question, deadline);
        } catch (IOException | TimeoutException failed) {
            log("the hook does not answer", failed);
            return new HookDecision.Unavailable();
        } catch (InvalidToken invalid) {
            log("the hook's answer is invalid: " + invalid.reason(), null);
            return new HookDecision.Unavailable();
        } finally {
            places.release();
        }
    }

    private HookDecision send(HookQuestion question, long deadline)
            throws IOException, TimeoutException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(settings.url())
                .header("Content-Type", "application/json")
                .header("Accept", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(question.json()))
                .build();
        Instant at = clock.instant(); // Before the application looks: what it changes later is not in its answer.
        CompletableFuture<HttpResponse<byte[]>> response =
                http.sendAsync(request, BodyHandlers.limiting(BodyHandlers.ofByteArray(), ANSWER_BYTES_MAX));
        try {
            return decision(response.get(Math.max(1, deadline - System.nanoTime()), TimeUnit.NANOSECONDS), at);
        } catch (ExecutionException failed) {
            throw new IOException(String.valueOf(failed.getCause()), failed);
        } finally {
            response.cancel(true); // Closes the connection of an answer that is too slow.
        }
    }

    private static HookDecision decision(HttpResponse<byte[]> response, Instant at) throws IOException {
        return switch (response.statusCode()) {
            case 200 -> new HookDecision.Allowed(HookAnswer.of(response.body()), at);
            case 401 -> new HookDecision.Denied(true);
            case 403 -> new HookDecision.Denied(false);
            default -> throw new IOException("the answer's status is " + response.statusCode());
        };
    }

    private void log(String message, @Nullable Throwable failure) {
        long last = loggedNanos.get();
        long now = System.nanoTime();
        if (now - last < LOG_EVERY_NANOS || !loggedNanos.compareAndSet(last, now)) return;
        LOG.log(Level.WARNING, message + (failure == null ? "" : " reason=" + failure.getMessage()));
    }
}
