package dev.sluice.spring.answers;

import dev.langchain4j.model.chat.response.ChatResponse;
import dev.langchain4j.model.chat.response.PartialResponse;
import dev.langchain4j.model.chat.response.PartialResponseContext;
import dev.langchain4j.model.chat.response.PartialThinking;
import dev.langchain4j.model.chat.response.PartialThinkingContext;
import dev.langchain4j.model.chat.response.PartialToolCall;
import dev.langchain4j.model.chat.response.PartialToolCallContext;
import dev.langchain4j.model.chat.response.StreamingChatResponseHandler;
import dev.langchain4j.model.chat.response.StreamingHandle;
import dev.langchain4j.model.output.TokenUsage;
import dev.sluice.client.Author;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Writes the text of a LangChain4j model into an answer. If the answer ends otherwise, such as by a reader's stop, the
/// call is cancelled. LangChain4j gives the means to do so only with the call's first callback: until then the call
/// goes on, and what it brings is dropped.
final class LangChain4jAnswer implements StreamingChatResponseHandler {
    private final Author author;
    private final Consumer<Throwable> failed;
    private volatile @Nullable StreamingHandle call;

    /// @param failed gets what readers do not: why the call failed
    LangChain4jAnswer(Author author, Consumer<Throwable> failed) {
        this.author = author;
        this.failed = failed;
        author.ended().whenComplete((_, _) -> {
            var handle = call;
            if (handle != null) handle.cancel();
        });
    }

    @Override
    public void onPartialResponse(PartialResponse text, PartialResponseContext context) {
        if (!goesOn(context.streamingHandle())) return;
        try {
            author.text(text.text()); // Waits if much is unsent.
        } catch (InterruptedException reason) {
            context.streamingHandle().cancel();
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void onPartialThinking(PartialThinking thinking, PartialThinkingContext context) {
        goesOn(context.streamingHandle());
    }

    @Override
    public void onPartialToolCall(PartialToolCall part, PartialToolCallContext context) {
        goesOn(context.streamingHandle());
    }

    /// Keeps the handle before it looks for the end: so an end that comes meanwhile is seen here or finds the handle.
    private boolean goesOn(StreamingHandle handle) {
        call = handle;
        if (!author.ended().isDone()) return true;
        handle.cancel();
        return false;
    }

    @Override
    public void onCompleteResponse(ChatResponse response) {
        // Without a reason the provider's stream was cut.
        if (response.finishReason() == null) Ends.write(() -> author.failed("cut", "The model's answer was cut off."));
        else Ends.write(() -> author.done(usage(response.tokenUsage())));
    }

    private static String usage(@Nullable TokenUsage usage) {
        if (usage == null) return "\"unknown\"";
        return "{\"input\":%d,\"output\":%d}".formatted(usage.inputTokenCount(), usage.outputTokenCount());
    }

    @Override
    public void onError(Throwable failure) {
        if (author.ended().isDone()) return; // The call was cancelled.
        Ends.write(() -> author.failed("model", "The model's call failed."));
        failed.accept(failure);
    }
}
