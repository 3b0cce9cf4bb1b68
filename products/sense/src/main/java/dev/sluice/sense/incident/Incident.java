package dev.sluice.sense.incident;

import dev.sluice.sense.check.Failure;
import dev.sluice.sense.state.StateEvent.Ending;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// An outage of one check, from its confirmation to its end.
///
/// @param id             unique for ever within a database
/// @param firstFailure   the first of the failures that led to it
/// @param opened         when it was confirmed
/// @param closed         null: it is open
/// @param ending         null: it is open
/// @param failure        the expectation that failed first, and what came instead
/// @param acknowledged   when somebody said that they look after it; null: nobody has
/// @param acknowledgedBy null: nobody has
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
