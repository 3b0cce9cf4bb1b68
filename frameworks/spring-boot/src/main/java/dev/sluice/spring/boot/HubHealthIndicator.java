package dev.sluice.spring.boot;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import org.springframework.boot.health.contributor.AbstractHealthIndicator;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.Status;

/// Reports the hub as up as soon as one of its nodes, which are asked at once, answers `/readyz` with 200.
final class HubHealthIndicator extends AbstractHealthIndicator {
    /// A probe of Kubernetes waits for one second by default.
    private static final Duration ANSWER_MAX = Duration.ofMillis(900);

    private static final String READY = "ready";
    private static final String SILENT = "no answer";

    /// Another node was ready before it answered.
    private static final String NOT_AWAITED = "not waited for";

    private final List<URI> addresses;
    private final HttpClient client;
    private final Duration answerMax;

    HubHealthIndicator(List<URI> addresses, HttpClient client) {
        this(addresses, client, ANSWER_MAX);
    }

    HubHealthIndicator(List<URI> addresses, HttpClient client, Duration answerMax) {
        super("The hub does not answer");
        this.addresses = addresses;
        this.client = client;
        this.answerMax = answerMax;
    }

    @Override
    protected void doHealthCheck(Health.Builder builder) {
        var answers = new LinkedHashMap<String, CompletableFuture<String>>();
        for (var address : addresses) answers.put(address.toString(), answer(address.toString()));
        var isReady = new CompletableFuture<Boolean>();
        var all = answers.values().stream()
                .map(answer -> answer.thenAccept(text -> {
                    if (text.equals(READY)) isReady.complete(true);
                }))
                .toArray(CompletableFuture<?>[]::new);
        CompletableFuture.allOf(all).thenRun(() -> isReady.complete(false));
        builder.status(isReady.join() ? Status.UP : Status.DOWN);
        answers.forEach((url, answer) -> builder.withDetail(url, answer.getNow(NOT_AWAITED)));
    }

    /// What a node answers in time, or why it does not. Never fails.
    private CompletableFuture<String> answer(String url) {
        var ready = URI.create((url.endsWith("/") ? url : url + "/") + "readyz");
        var sent = client.sendAsync(HttpRequest.newBuilder(ready).build(), HttpResponse.BodyHandlers.ofString());
        return sent.thenApply(answer -> answer.statusCode() == 200 ? READY : answer.statusCode() + " " + answer.body())
                .exceptionally(failure -> String.valueOf(cause(failure).getMessage()))
                .completeOnTimeout(SILENT, answerMax.toMillis(), TimeUnit.MILLISECONDS)
                .whenComplete((_, _) -> sent.cancel(true)); // Has no effect if it has ended.
    }

    private static Throwable cause(Throwable failure) {
        var cause = failure.getCause();
        return failure instanceof CompletionException && cause != null ? cause : failure;
    }
}
