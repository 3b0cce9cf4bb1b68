package dev.sluice.spring.listener;

import dev.sluice.spring.SluiceEvent;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.Optional;

/// Passes an event three times, then skips it.
public final class RetryThenSkip implements SluiceErrorHandler {
    private static final System.Logger LOG = System.getLogger(RetryThenSkip.class.getName());
    private static final int ATTEMPTS_MAX = 3;

    @Override
    public Optional<Duration> handle(SluiceEvent event, Exception failure, int attempts) {
        if (attempts < ATTEMPTS_MAX && !(failure instanceof UnreadableDataException)) {
            return Optional.of(Duration.ofSeconds(attempts));
        }
        LOG.log(Level.ERROR, "a listener failed; skipped " + event + " attempts=" + attempts, failure);
        return Optional.empty();
    }
}
