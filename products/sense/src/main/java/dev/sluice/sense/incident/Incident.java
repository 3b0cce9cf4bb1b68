package dev.sluice.sense.incident;

import dev.sluice.sense.check.Failure;
import dev.sluice.sense.state.StateEvent.Ending;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// An outage of one check, from its confirmation to its end.
///
/// @param id             unique within a database, never reused
/// @param firstFailure   when the first of the failures occurred that led to it
/// @param opened         when it was confirmed
/// @param closed         null while it is open
/// @param ending         null while it is open
/// @param failure        the expectation that failed first, and what was found instead
/// @param acknowledged   when a person took responsibility; null if nobody has
/// @param acknowledgedBy the name of that person; null if nobody has
public record Incident(
        long id,
        String check,
        Instant firstFailure,
        Instant opened,
        @Nullable Instant closed,
        @Nullable Ending ending,
        Failure failure,
        @Nullable Instant acknowledged,
        @Nullable String acknowledgedBy) {
    public boolean isOpen() {
        return closed == null;
    }

    /// Returns the time from the first failure to the end, or until now.
    public Duration downtime(Instant now) {
        return Duration.between(firstFailure, closed == null ? now : closed);
    }
}
