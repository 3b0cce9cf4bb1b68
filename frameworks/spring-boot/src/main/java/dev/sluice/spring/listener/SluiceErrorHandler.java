package dev.sluice.spring.listener;

import dev.sluice.spring.SluiceEvent;
import java.time.Duration;
import java.util.Optional;

/// Decides what happens if a listener's method fails. A bean of this type replaces the default: the event is
/// passed again after one second and after two more, then it is logged at ERROR and skipped; data that the
/// method's parameter cannot hold is skipped at once.
@FunctionalInterface
public interface SluiceErrorHandler {
    /// Decides about one failure, before any later event is passed.
    ///
    /// @param failure  the exception of the method, or a [UnreadableDataException]; if the method threw an
    ///                 error, a [java.util.concurrent.ExecutionException] with it as its cause
    /// @param attempts how often the method was called with this event
    /// @return the pause before the event is passed again, or empty to skip the event
    Optional<Duration> handle(SluiceEvent event, Exception failure, int attempts);
}
