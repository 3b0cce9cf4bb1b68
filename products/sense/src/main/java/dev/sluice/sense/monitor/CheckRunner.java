package dev.sluice.sense.monitor;

import dev.sluice.sense.check.Outcome;
import dev.sluice.sense.check.Phrase;
import dev.sluice.sense.config.CheckDefinition;
import dev.sluice.sense.schedule.Scheduler;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;

/// Runs a check by name for the scheduler, and passes its outcome to the monitor.
///
/// @param witness decides whether this machine's network works before a run counts as failed
public record CheckRunner(Monitor monitor, Witness witness, InstantSource clock) implements Scheduler.Runner {
    @Override
    public long run(String name) throws InterruptedException {
        Optional<CheckDefinition> found = monitor.definition(name);
        if (found.isEmpty() || found.get().isPaused()) return 0;
        CheckDefinition definition = found.get();
        Instant start = clock.instant();
        var retryMs = new AtomicLong();
        CheckRun.run(
                name,
                definition.check(),
                definition.timeout(),
                outcome -> retryMs.set(monitor.apply(definition, start, seen(definition, outcome))
                        .toMillis()));
        return retryMs.get();
    }

    /// Returns the outcome to record: without a network on this machine, a failed run proves nothing about
    /// its target.
    private Outcome seen(CheckDefinition definition, Outcome outcome) {
        boolean isOutage = outcome instanceof Outcome.Failed(var failure)
                && !failure.kind().isWarning()
                && definition.type().isOverNetwork();
        try {
            if (!isOutage) witness.refresh();
            return isOutage && witness.isNetworkDown()
                    ? new Outcome.Unclear(Phrase.of("own-network", witness.problem()))
                    : outcome;
        } catch (InterruptedException closing) {
            Thread.currentThread().interrupt();
            return outcome;
        }
    }
}
