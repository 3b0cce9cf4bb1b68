package dev.sluice.server.http;

/// A request that can't be served, thrown by whoever finds out and turned into the answer by the connection. Without
/// stack trace: it tells of the client's mistake, not of ours.
public final class Refused extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final transient Problem problem;

    public Refused(Problem problem) {
        super(problem.detail(), null, false, false);
        this.problem = problem;
    }

    public Problem problem() {
        return problem;
    }
}
