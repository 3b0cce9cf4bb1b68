package dev.sluice.core.log;

import java.lang.System.Logger.Level;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/// A publication on its way into the log. The listener receives the first outcome, on the thread that reports
/// it; later ones, for example of a log that fails while it reports outcomes, are ignored. A log that decides
/// appends before it may acknowledge them keeps its decision here. For one thread at a time.
public final class PendingAppend {
    private static final System.Logger LOG = System.getLogger(PendingAppend.class.getName());

    private final Publication publication;
    private @Nullable AppendListener listener; // Null once it has received the outcome.
    private @Nullable AppendResult decision;
    private @Nullable RuntimeException refusal;

    public PendingAppend(Publication publication, AppendListener listener) {
        this.publication = publication;
        this.listener = listener;
    }

    /// A pending append whose outcome completes a stage.
    public static PendingAppend of(Publication publication, CompletableFuture<AppendResult> stage) {
        return new PendingAppend(publication, completing(stage));
    }

    /// A listener that completes a stage.
    public static AppendListener completing(CompletableFuture<AppendResult> stage) {
        return (outcome, failure) -> {
            if (failure == null) stage.complete(outcome);
            else stage.completeExceptionally(failure);
        };
    }

    public Publication publication() {
        return publication;
    }

    public void complete(AppendResult outcome) {
        tell(outcome, null);
    }

    public void fail(Throwable failure) {
        tell(null, failure);
    }

    /// Keeps the outcome for [#acknowledge].
    public void decided(AppendResult outcome) {
        decision = outcome;
    }

    /// Keeps, for [#acknowledge], the reason why there is no outcome.
    public void refused(RuntimeException reason) {
        refusal = reason;
    }

    /// Reports what was decided to the listener.
    ///
    /// @throws IllegalStateException if nothing was decided
    public void acknowledge() {
        if (refusal != null) fail(refusal);
        else if (decision != null) complete(decision);
        else throw new IllegalStateException("nothing is decided");
    }

    /// Returns normally even if the listener throws, because other listeners are waiting.
    private void tell(@Nullable AppendResult outcome, @Nullable Throwable failure) {
        AppendListener told = listener;
        if (told == null) return;
        listener = null;
        try {
            told.appended(outcome, failure);
        } catch (Throwable failed) {
            report(failed);
        }
    }

    private static void report(Throwable failed) {
        try {
            LOG.log(Level.ERROR, "the outcome of a publish could not be reported to its publisher", failed);
        } catch (Throwable ignored) { // There may be no memory for that, either.
            return;
        }
    }
}
