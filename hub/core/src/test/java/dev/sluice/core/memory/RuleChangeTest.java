package dev.sluice.core.memory;

import dev.sluice.core.log.Log;
import dev.sluice.core.log.Retention;
import dev.sluice.core.log.RuleChangeContract;
import java.time.InstantSource;

/// The log in memory with slices so small that a change takes many of them.
final class RuleChangeTest implements RuleChangeContract {
    @Override
    public Log open(Retention rule, InstantSource clock) {
        return MemoryLog.builder(clock)
                .retention(channel -> rule)
                .limits(limits -> limits.lookMax(32).slackMax(1))
                .open();
    }
}
