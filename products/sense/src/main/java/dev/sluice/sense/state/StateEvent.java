package dev.sluice.sense.state;

import dev.sluice.sense.check.Failure;
import java.time.Instant;

/// Something that followed from an outcome or a decision of a person.
public sealed interface StateEvent {
    String check();

    /// The state, its cause or its failure changed.
    record Changed(String check, Health before, Health after) implements StateEvent {}

    /// A failure is confirmed, and no other outage explains it.
    record Opened(String check, Instant firstFailure, Failure failure) implements StateEvent {}

    /// The outage is over, or nobody watches it any more.
    record Closed(String check, Ending ending) implements StateEvent {}

    /// The check should run now, because another one waits for its outcome.
    record Recheck(String check) implements StateEvent {}

    /// Why an incident was closed.
    enum Ending {
        RECOVERED,
        /// Another kind of failure was confirmed, which has an incident of its own.
        REPLACED,
        PAUSED,
        REMOVED
    }
}
