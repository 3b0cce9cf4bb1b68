package dev.sluice.server;

import org.jspecify.annotations.Nullable;

/// The server can't listen where it was told to. The message is a sentence for whoever started it, and one that says
/// what to do.
public final class CannotListen extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final String problem;

    CannotListen(String problem, String advice, @Nullable Throwable cause) {
        super(problem + " " + advice, cause);
        this.problem = problem;
    }

    /// The sentence without the advice, for who has a better one.
    public String problem() {
        return problem;
    }

    /// The same with other advice.
    public CannotListen advising(String advice) {
        return new CannotListen(problem, advice, this);
    }
}
