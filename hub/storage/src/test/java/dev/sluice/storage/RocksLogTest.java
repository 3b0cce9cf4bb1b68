package dev.sluice.storage;

import dev.sluice.core.log.Log;
import dev.sluice.core.log.LogContract;
import dev.sluice.core.log.Retention;
import java.nio.file.Path;
import java.time.InstantSource;
import org.junit.jupiter.api.io.TempDir;

/// The durable log keeps the contract.
final class RocksLogTest implements LogContract {
    @TempDir
    Path folder;

    @Override
    public Log open(Retention rule, InstantSource clock) {
        return RocksLog.builder(folder)
                .clock(clock)
                .retention(channel -> rule)
                .reserveBytes(0)
                .open();
    }
}
