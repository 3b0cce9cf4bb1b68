package dev.sluice.spring.answers;

import dev.sluice.client.Author;
import dev.sluice.client.End;
import org.jspecify.annotations.Nullable;
import org.springframework.ai.chat.metadata.Usage;
import org.springframework.ai.chat.model.ChatResponse;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/// Writes the text of a Spring AI model into an answer. If the answer ends otherwise, such as by a reader's stop, the
/// call is cancelled at once, before its first token too.
final class SpringAiAnswer {
    private final Author author;
    private boolean hasFinished;
    private String usage = "\"unknown\"";

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
                .publishOn(Schedulers.boundedElastic()) // The author may wait for the hub.
                .concatMap(response -> Mono.fromCallable(() -> append(response)))
                .then(Mono.fromCallable(this::end).then())
                .onErrorResume(this::fail);
    }

    /// On a thread of its own, as cancelling may wait for the provider.
    private Mono<End> ended() {
        return Mono.fromFuture(author::ended, true).onErrorComplete().publishOn(Schedulers.boundedElastic());
    }

    private boolean append(ChatResponse response) throws InterruptedException {
        keep(response.getMetadata().getUsage());
        var result = response.getResult();
        if (result == null) return true;
        var reason = result.getMetadata().getFinishReason();
        hasFinished |= reason != null && !reason.isEmpty();
        var text = result.getOutput().getText();
        return text == null || text.isEmpty() || author.text(text);
    }

    /// Usage comes last, and what is not known yet is 0.
    private void keep(@Nullable Usage given) {
        if (given == null || given.getTotalTokens() == 0) return;
        usage = "{\"input\":%d,\"output\":%d}".formatted(given.getPromptTokens(), given.getCompletionTokens());
    }

    /// Without a reason the provider's stream was cut. If the answer has ended otherwise, that end wins.
    private End end() throws InterruptedException {
        return hasFinished ? author.done(usage) : author.failed("cut", "The model's answer was cut off.");
    }

    private Mono<Void> fail(Throwable failure) {
        if (author.ended().isDone()) return Mono.empty(); // The call was cancelled.
        return Mono.fromCallable(() -> author.failed("model", "The model's call failed."))
                .subscribeOn(Schedulers.boundedElastic())
                .then(Mono.error(failure));
    }
}
