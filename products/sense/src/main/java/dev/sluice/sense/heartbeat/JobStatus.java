package dev.sluice.sense.heartbeat;

import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// How a job is, as it reported itself.
///
/// @param known    when its check was made
/// @param started  when its newest run began; null: it does not tell, or has not begun
/// @param finished when its newest run ended; null: none has
/// @param exitCode of the run that ended
public record JobStatus(
        Instant known, @Nullable Instant started, @Nullable Instant finished, int exitCode) {
    /// Returns whether a run has begun and not ended.
    boolean isRunning() {
        return started != null && (finished == null || finished.isBefore(started));
    }

    /// Returns how long the newest run took; zero if that is not known.
    Duration duration() {
        return started == null || finished == null || isRunning() ? Duration.ZERO : Duration.between(started, finished);
    }
}
