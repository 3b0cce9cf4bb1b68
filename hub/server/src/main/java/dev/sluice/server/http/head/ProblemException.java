package dev.sluice.server.http.head;

/// Thrown for a request that can't be served; the connection turns it into the answer. It has no stack trace, because
/// it reports a mistake of the client, not of the server.
public final class ProblemException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final transient Problem problem;

    public ProblemException(Problem problem) {
        super(problem.detail(), null, false, false);
        this.problem = problem;
    }

    public Problem problem() {
        return problem;
    }
}
