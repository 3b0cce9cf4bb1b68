package dev.sluice.sense.monitor;

import dev.sluice.sense.config.CheckDefinition;
import dev.sluice.sense.schedule.Scheduler;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;

/// Runs the check of a name for the scheduler, and gives its outcome to the monitor.
public record CheckRunner(Monitor monitor, InstantSource clock) implements Scheduler.Runner {
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
                outcome -> retryMs.set(monitor.apply(name, start, outcome).toMillis()));
        return retryMs.get();
    }
}
