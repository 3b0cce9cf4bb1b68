package dev.sluice.sense.state;

import dev.sluice.sense.check.Failure;
import java.time.Instant;

/// A consequence of an outcome or of a person's decision.
public sealed interface StateEvent {
    String check();

    /// The state, its cause or its failure changed.
    record Changed(String check, Health before, Health after) implements StateEvent {}

    /// A failure was confirmed, and no other outage explains it.
    record Opened(String check, Instant firstFailure, Failure failure) implements StateEvent {}

    /// The outage has ended, or nobody watches the check any more.
    record Closed(String check, Ending ending) implements StateEvent {}

    /// The check should run now, because another check waits for its outcome.
    record Recheck(String check) implements StateEvent {}

    /// The reason why an incident was closed.
    enum Ending {
        RECOVERED,
        /// Another kind of failure was confirmed, which has its own incident.
        REPLACED,
        PAUSED,
        REMOVED
    }
}
