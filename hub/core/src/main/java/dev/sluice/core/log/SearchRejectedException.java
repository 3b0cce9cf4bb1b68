package dev.sluice.core.log;

/// Signals that a search was stopped before it found its place, so that no search occupies the log's threads for
/// long, or was not started because too many wait already. Fails the stages of [Log#locate] and [Log#resolve].
public final class SearchRejectedException extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final SearchLimit reason;

    public SearchRejectedException(SearchLimit reason, String message) {
        super(message, null, false, false); // No stack trace: a refusal is not a fault in the code.
        this.reason = reason;
    }

    public SearchLimit reason() {
        return reason;
    }
}
