package dev.sluice.spring.answers;

import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.springframework.ai.chat.metadata.Usage;
import org.springframework.ai.chat.model.ChatResponse;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// Writes the text of a Spring AI model into an answer. If the answer ends otherwise, such as by a reader's stop, the
/// call is cancelled at once, before its first token too.
final class SpringAiAnswer {
    private final Author author;
    private boolean hasFinished;
    private ObjectNode usage = JsonNodeFactory.instance.objectNode();

    private SpringAiAnswer(Author author) {
        this.author = author;
    }

    /// Begins with the subscription. Ends with the answer; with an error, whose cause readers do not see, if the call
    /// has failed.
    static Mono<Void> write(Flux<ChatResponse> responses, Author author) {
        return Mono.defer(() -> new SpringAiAnswer(author).write(responses));
    }

    private Mono<Void> write(Flux<ChatResponse> responses) {
        return responses
                .takeUntilOther(ended())
                .concatMap(response -> Mono.fromFuture(append(response)).onErrorComplete())
                .then(Mono.defer(this::end))
                .onErrorResume(this::fail);
    }

    private Mono<Void> fail(Throwable failure) {
        if (author.ended().isDone()) return Mono.empty(); // The call was cancelled.
        return Mono.fromFuture(author.fail("model", "The model's call failed."))
                .onErrorComplete()
                .then(Mono.error(failure));
    }

    /// On a thread of its own, as cancelling may wait for the provider.
    private Mono<String> ended() {
        return Mono.fromFuture(author::ended, true).onErrorComplete().publishOn(Schedulers.boundedElastic());
    }

    private CompletableFuture<?> append(ChatResponse response) {
        keep(response.getMetadata().getUsage());
        var result = response.getResult();
        if (result == null) return done();
        var reason = result.getMetadata().getFinishReason();
        hasFinished |= reason != null && !reason.isEmpty();
        var text = result.getOutput().getText();
        return text == null || text.isEmpty() ? done() : author.append(text);
    }

    private static CompletableFuture<?> done() {
        return CompletableFuture.completedFuture(null);
    }

    /// Usage comes last, and what is not known yet is 0.
    private void keep(@Nullable Usage given) {
        if (given == null || given.getTotalTokens() == 0) return;
        usage = JsonNodeFactory.instance
                .objectNode()
                .put("input", given.getPromptTokens())
                .put("output", given.getCompletionTokens());
    }

    private Mono<Void> end() {
        if (author.ended().isDone()) return Mono.empty();
        // Without a reason the provider's stream was cut.
        var end = hasFinished ? author.done(usage) : author.fail("cut", "The model's answer was cut off.");
        return Mono.fromFuture(end).onErrorComplete().then();
    }
}
