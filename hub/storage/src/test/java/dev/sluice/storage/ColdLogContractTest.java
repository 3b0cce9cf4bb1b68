package dev.sluice.storage;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.core.cursor.ReadCursor;
import dev.sluice.core.log.AppendContract;
import dev.sluice.core.log.ChannelContract;
import dev.sluice.core.log.ConcurrencyContract;
import dev.sluice.core.log.ConditionContract;
import dev.sluice.core.log.DeleteContract;
import dev.sluice.core.log.FilterContract;
import dev.sluice.core.log.GapContract;
import dev.sluice.core.log.LateRepeatContract;
import dev.sluice.core.log.Log;
import dev.sluice.core.log.ReadContract;
import dev.sluice.core.log.ResolveContract;
import dev.sluice.core.log.Retention;
import dev.sluice.core.log.RetentionContract;
import dev.sluice.core.log.RuleChangeContract;
import dev.sluice.core.log.ScanContract;
import dev.sluice.core.log.StartContract;
import java.nio.file.Path;
import java.time.InstantSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A durable log with nothing in memory keeps the contract, except for change notifications, which need memory.
final class ColdLogContractTest
        implements AppendContract,
                ConditionContract,
                LateRepeatContract,
                DeleteContract,
                ReadContract,
                FilterContract,
                GapContract,
                RetentionContract,
                RuleChangeContract,
                StartContract,
                ScanContract,
                ResolveContract,
                ChannelContract,
                ConcurrencyContract {
    @TempDir
    Path folder;

    @Override
    public Log open(Retention rule, InstantSource clock) {
        return new BlockingReadLog(RocksLog.builder(folder)
                .clock(clock)
                .retention(channel -> rule)
                .limits(limits -> limits.tailBytes(1))
                .reserveBytes(0)
                .open());
    }

    @Test
    void readsFromDisk() {
        try (var test = open()) {
            ReadCursor begin = ReadCursor.at(test.log.head());
            test.publish("a", "1");
            assertThat(test.all(begin, "a")).containsExactly("1");
            assertThat(((BlockingReadLog) test.log).waits()).isPositive();
        }
    }
}
