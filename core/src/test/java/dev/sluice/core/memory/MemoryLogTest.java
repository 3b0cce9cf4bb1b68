package dev.sluice.core.memory;

import dev.sluice.core.log.Log;
import dev.sluice.core.log.LogContract;
import dev.sluice.core.log.Retention;
import java.time.InstantSource;

/// The log in memory keeps the contract.
final class MemoryLogTest implements LogContract {
    @Override
    public Log open(Retention rule, InstantSource clock) {
        return MemoryLog.builder(clock).retention(channel -> rule).open();
    }
}
