package dev.sluice.server.net;

import org.jspecify.annotations.Nullable;

/// Thrown when the server can't listen on its configured address. The message is a sentence that states the problem,
/// followed by advice for the operator.
public final class CannotListenException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final String problem;

    CannotListenException(String problem, String advice, @Nullable Throwable cause) {
        super(problem + " " + advice, cause);
        this.problem = problem;
    }

    /// The problem without the advice, for callers with better advice.
    public String problem() {
        return problem;
    }

    /// Returns the same problem with other advice.
    public CannotListenException advising(String advice) {
        return new CannotListenException(problem, advice, this);
    }
}
