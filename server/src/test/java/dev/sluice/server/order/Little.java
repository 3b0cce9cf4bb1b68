package dev.sluice.server.order;

import dev.sluice.core.channel.ChannelName;
import dev.sluice.core.cursor.Epoch;
import dev.sluice.core.log.Log;
import dev.sluice.core.log.Retention;
import dev.sluice.core.log.TestClock;
import dev.sluice.core.memory.MemoryLog;
import dev.sluice.core.model.LogModel;
import java.time.Duration;
import java.util.Random;
import java.util.function.Function;

/// How little a log keeps, whichever log that is, so that there are gaps.
record Little(TestClock clock, Function<ChannelName, Retention> rules, int entriesMax, int salt) {
    static final long BYTES_MAX = 512L << 20;

    /// @param eventsMin of each channel at least; some keep up to three times as many
    static Little draw(Random random, int eventsMin, int entriesMax) {
        int salt = random.nextInt(1000);
        return new Little(new TestClock(), channel -> rule(channel.hashCode() + salt, eventsMin), entriesMax, salt);
    }

    private static Retention rule(int hash, int eventsMin) {
        Duration age = Duration.ofMinutes(1 + Math.floorMod(hash, 7));
        return new Retention(age, eventsMin + Math.floorMod(hash, 2 * eventsMin + 1), Retention.ALL.maxBytes());
    }

    Log inMemory() {
        return MemoryLog.builder(clock)
                .epoch(new Epoch("e" + salt))
                .retention(rules)
                .entriesMax(entriesMax)
                .bytesMax(BYTES_MAX)
                .open();
    }

    Chronicle chronicle(Log log) {
        return new Chronicle(log, clock, new LogModel(log.head(), rules, entriesMax, BYTES_MAX));
    }
}
