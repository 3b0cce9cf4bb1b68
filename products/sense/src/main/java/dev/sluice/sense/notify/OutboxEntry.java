package dev.sluice.sense.notify;

import dev.sluice.sense.check.Phrase;
import dev.sluice.sense.notify.Alert.Kind;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// An alert for one notifier, from its creation to its delivery.
///
/// @param due      when it is sent next
/// @param attempts the number of attempts
/// @param problem  why the last attempt failed; null if none has failed
/// @param ended    when it was delivered or given up; null while it is pending
public record OutboxEntry(
        long id,
        long incident,
        Kind kind,
        String notifier,
        Instant created,
        Instant due,
        int attempts,
        @Nullable Phrase problem,
        @Nullable Instant ended,
        boolean isSent) {
    public boolean isWaiting() {
        return ended == null;
    }
}
