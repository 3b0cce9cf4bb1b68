package dev.sluice.server.auth.hook;

import dev.sluice.core.budget.FairShare;
import dev.sluice.core.encoding.LogField;
import dev.sluice.server.auth.identity.InvalidTokenException;
import dev.sluice.server.limit.CallerQueue;
import dev.sluice.server.limit.ClientKey;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;

/// Asks the application over HTTP, each question on a virtual thread. May be used from any thread, and never
/// blocks its caller. Follows no redirection, because the operator trusts only the configured address.
final class HookClient {
    /// Enough for hundreds of patterns.
    static final int ANSWER_BYTES_MAX = 64 << 10;

    private static final System.Logger LOG = System.getLogger(HookClient.class.getName());

    /// The minimum time between two log lines: a line for each of a flood of failures would fill the log.
    private static final long LOG_EVERY_NANOS = TimeUnit.SECONDS.toNanos(10);

    private final HookSettings settings;
    private final InstantSource clock;
    private final HttpClient http;
    private final CallerQueue queue;
    private final AtomicLong loggedNanos = new AtomicLong(System.nanoTime() - LOG_EVERY_NANOS);

    HookClient(HookSettings settings, InstantSource clock) {
        this.settings = settings;
        this.clock = clock;
        this.queue = new CallerQueue(
                settings.concurrentMax(), settings.waitingMax(), new FairShare(FairShare.PERCENT_DEFAULT));
        this.http = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .connectTimeout(settings.timeout())
                .build();
    }

    /// Never fails.
    ///
    /// @param caller the caller in whose share of the queue the question counts; empty if only the total is
    ///               limited
    CompletableFuture<HookDecision> ask(HookQuestion question, Optional<ClientKey> caller) {
        CompletableFuture<HookDecision> decision = new CompletableFuture<>();
        long deadline = System.nanoTime() + settings.timeout().toNanos();
        Runnable begin = () -> {
            try {
                Thread.ofVirtual().name("sluice-hook").start(() -> decide(decision, question, deadline));
            } catch (Throwable failed) {
                decision.complete(new HookDecision.Unavailable());
                throw failed;
            }
        };
        if (queue.submit(caller, begin) != CallerQueue.Outcome.TAKEN) {
            decision.complete(new HookDecision.Busy());
            return decision;
        }
        var timer = new CompletableFuture<Void>()
                .completeOnTimeout(null, settings.timeout().toNanos(), TimeUnit.NANOSECONDS);
        timer.thenRun(() -> {
            if (queue.withdraw(caller, begin)) decision.complete(new HookDecision.Busy());
        });
        decision.whenComplete((_, _) -> timer.cancel(false)); // Otherwise each timer would stay until it expires.
        return decision;
    }

    private void decide(CompletableFuture<HookDecision> decision, HookQuestion question, long deadline) {
        try {
            decision.complete(answer(question, deadline));
        } finally {
            decision.complete(new HookDecision.Unavailable()); // After an error, for example of memory.
            queue.done();
        }
    }

    private HookDecision answer(HookQuestion question, long deadline) {
        try {
            return send(question, deadline);
        } catch (IOException | TimeoutException failed) {
            log("the hook does not answer", failed);
        } catch (InvalidTokenException invalid) {
            log("the hook's answer is invalid", invalid);
        } catch (InterruptedException | RuntimeException failed) {
            log("the hook failed", failed);
        }
        return new HookDecision.Unavailable();
    }

    private HookDecision send(HookQuestion question, long deadline)
            throws IOException, TimeoutException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(settings.url())
                .header("Content-Type", "application/json")
                .header("Accept", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(question.json()))
                .build();
        // Taken before the request: later changes by the application are not in its answer.
        Instant at = clock.instant();
        CompletableFuture<HttpResponse<byte[]>> response =
                http.sendAsync(request, BodyHandlers.limiting(BodyHandlers.ofByteArray(), ANSWER_BYTES_MAX));
        try {
            return decision(response.get(Math.max(1, deadline - System.nanoTime()), TimeUnit.NANOSECONDS), at);
        } catch (ExecutionException failed) {
            throw new IOException(String.valueOf(failed.getCause()), failed);
        } finally {
            response.cancel(true); // Closes the connection if the answer is too slow.
        }
    }

    private static HookDecision decision(HttpResponse<byte[]> response, Instant at) throws IOException {
        return switch (response.statusCode()) {
            case 200 -> new HookDecision.Allowed(HookResponse.of(response.body()), at);
            case 401 -> new HookDecision.Denied(true);
            case 403 -> new HookDecision.Denied(false);
            default -> throw new IOException("the answer's status is " + response.statusCode());
        };
    }

    private void log(String message, Throwable failure) {
        long last = loggedNanos.get();
        long now = System.nanoTime();
        if (now - last < LOG_EVERY_NANOS || !loggedNanos.compareAndSet(last, now)) return;
        LOG.log(Level.WARNING, message + " reason=" + LogField.quoted(failure.getMessage()));
    }
}
