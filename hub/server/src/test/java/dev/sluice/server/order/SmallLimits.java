package dev.sluice.server.order;

import dev.sluice.core.channel.ChannelName;
import dev.sluice.core.cursor.Epoch;
import dev.sluice.core.history.RecordingLog;
import dev.sluice.core.log.Log;
import dev.sluice.core.log.Retention;
import dev.sluice.core.log.TestClock;
import dev.sluice.core.memory.MemoryLog;
import dev.sluice.core.model.LogModel;
import java.time.Duration;
import java.util.Random;
import java.util.function.Function;

/// Limits of a log, of any kind, small enough to cause gaps.
record SmallLimits(TestClock clock, Function<ChannelName, Retention> rules, int entriesMax, int salt) {
    static final long BYTES_MAX = 512L << 20;

    /// @param eventsMin the fewest events retained per channel; some retain up to three times as many
    static SmallLimits draw(Random random, int eventsMin, int entriesMax) {
        int salt = random.nextInt(1000);
        return new SmallLimits(
                new TestClock(), channel -> rule(channel.hashCode() + salt, eventsMin), entriesMax, salt);
    }

    private static Retention rule(int hash, int eventsMin) {
        Duration age = Duration.ofMinutes(1 + Math.floorMod(hash, 7));
        return new Retention(age, eventsMin + Math.floorMod(hash, 2 * eventsMin + 1), Retention.ALL.maxBytes());
    }

    Log inMemory() {
        return MemoryLog.builder(clock)
                .epoch(new Epoch("e" + salt))
                .retention(rules)
                .limits(limits -> limits.entriesMax(entriesMax).bytesMax(BYTES_MAX))
                .open();
    }

    RecordingLog recording(Log log) {
        return new RecordingLog(log, clock, new LogModel(log.head(), rules, entriesMax, BYTES_MAX));
    }
}
