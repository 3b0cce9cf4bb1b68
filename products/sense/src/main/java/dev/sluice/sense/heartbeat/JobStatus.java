package dev.sluice.sense.heartbeat;

import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// The state of a job according to its reports.
///
/// @param known    when its check was created
/// @param started  when its newest run started; null if no start was reported
/// @param finished when its newest run ended; null if none has ended
/// @param exitCode the exit code of the run that ended
public record JobStatus(
        Instant known, @Nullable Instant started, @Nullable Instant finished, int exitCode) {
    /// Returns true if a run has started and not ended.
    boolean isRunning() {
        return started != null && (finished == null || finished.isBefore(started));
    }

    /// Returns the duration of the newest run, or zero if it is unknown.
    Duration duration() {
        return started == null || finished == null || isRunning() ? Duration.ZERO : Duration.between(started, finished);
    }
}
