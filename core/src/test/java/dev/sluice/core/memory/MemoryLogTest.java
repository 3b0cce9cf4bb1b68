package dev.sluice.core.memory;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.core.event.Entry;
import dev.sluice.core.log.Log;
import dev.sluice.core.log.LogContract;
import dev.sluice.core.log.Read;
import dev.sluice.core.log.Retention;
import java.time.InstantSource;
import org.junit.jupiter.api.Test;

/// The log in memory keeps the contract.
final class MemoryLogTest implements LogContract {
    @Override
    public Log open(Retention rule, InstantSource clock) {
        return MemoryLog.builder(clock).retention(channel -> rule).open();
    }

    /// Each request reads a name of its own; all but one must go with it, as the collector looks at whatever stays.
    @Test
    void entriesOfAChannelShareItsName() {
        try (var test = open()) {
            test.publish("a", "1");
            test.publish("a", "2");
            test.end("a");
            var batch = (Read.Batch) test.read(test.earliest("a"), "a");
            assertThat(batch.entries()).hasSize(3);
            Entry first = batch.entries().getFirst();
            assertThat(batch.entries())
                    .allSatisfy(each -> assertThat(each.channel()).isSameAs(first.channel()));
        }
    }
}
