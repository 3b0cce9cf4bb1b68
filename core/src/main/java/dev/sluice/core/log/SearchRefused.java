package dev.sluice.core.log;

/// A beginning was not looked for to the end, so that no question takes a log's threads for itself. Fails the stage of
/// [Log#locate].
public final class SearchRefused extends RuntimeException {
    private static final long serialVersionUID = 1;

    /// Why.
    public enum Reason {
        /// It took all the work that one search may take. The same question would again.
        TOO_LONG,

        /// Too many others wait already. The same question may be answered later.
        TOO_MANY
    }

    private final Reason reason;

    public SearchRefused(Reason reason, String message) {
        super(message, null, false, false); // It says all: a search fails for no place in the code.
        this.reason = reason;
    }

    public Reason reason() {
        return reason;
    }
}
