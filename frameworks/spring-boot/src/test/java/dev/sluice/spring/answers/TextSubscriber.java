package dev.sluice.spring.answers;

import dev.sluice.client.Author;
import java.util.Objects;
import java.util.concurrent.Flow;
import org.jspecify.annotations.Nullable;

/// Writes the text of any publisher of the JDK into an answer, one piece at a time. If the answer ends otherwise, such
/// as by a reader's stop, the subscription is cancelled at once.
final class TextSubscriber implements Flow.Subscriber<String> {
    private final Author author;
    private Flow.@Nullable Subscription subscription;

    TextSubscriber(Author author) {
        this.author = author;
    }

    @Override
    public void onSubscribe(Flow.Subscription given) {
        subscription = given;
        author.ended().whenComplete((_, _) -> given.cancel());
        given.request(1);
    }

    /// Waits if much is unsent.
    @Override
    public void onNext(String text) {
        var source = Objects.requireNonNull(subscription);
        try {
            if (author.text(text)) source.request(1);
            else source.cancel();
        } catch (InterruptedException reason) {
            source.cancel();
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void onError(Throwable failure) {
        Ends.write(() -> author.failed("model", "The model's call failed."));
    }

    @Override
    public void onComplete() {
        Ends.write(author::done);
    }
}
