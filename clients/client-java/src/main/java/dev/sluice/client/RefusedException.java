package dev.sluice.client;

import dev.sluice.client.http.HttpStatusException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The hub refused the request and would refuse it again. Change the request; {@link #problem} says how. If {@link
 * #mayHaveArrived}, an earlier attempt was not answered, or some of several events are stored.
 */
public final class RefusedException extends SluiceException {
    private static final long serialVersionUID = 1;

    private final Problem problem;
    private final @Nullable String latest;

    RefusedException(HttpStatusException reason) {
        this(reason, false);
    }

    RefusedException(HttpStatusException reason, boolean mayHaveArrived) {
        this(Problem.read(reason.status(), reason.body()), reason, mayHaveArrived);
    }

    private RefusedException(Problem problem, HttpStatusException reason, boolean mayHaveArrived) {
        super(problem.toString(), mayHaveArrived, reason);
        this.problem = problem;
        latest = reason.latest().orElse(null);
    }

    public Problem problem() {
        return problem;
    }

    /** Returns the id of the channel's newest event if a condition of the publish was not met (status 412). */
    public Optional<String> latest() {
        return Optional.ofNullable(latest);
    }
}
