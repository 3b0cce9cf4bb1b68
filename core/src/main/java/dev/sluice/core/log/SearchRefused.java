package dev.sluice.core.log;

/// A search was ended before it found its place, so that no search occupies the log's threads for long, or was not
/// started because too many wait already. Fails the stages of [Log#locate] and [Log#resolve].
public final class SearchRefused extends RuntimeException {
    private static final long serialVersionUID = 1;

    /// The reason for refusing a search.
    public enum Reason {
        /// The search examined as many entries as one search may. It would fail again.
        TOO_LONG,

        /// Too many others wait already. It may succeed later.
        TOO_MANY
    }

    private final Reason reason;

    public SearchRefused(Reason reason, String message) {
        super(message, null, false, false); // No stack trace: a refusal is no fault in the code.
        this.reason = reason;
    }

    public Reason reason() {
        return reason;
    }
}
