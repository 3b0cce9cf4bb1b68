package dev.sluice.app.config;

import static dev.sluice.app.config.Settings.MIB;
import static dev.sluice.app.config.Settings.TIB;

import dev.sluice.core.budget.Budget;
import dev.sluice.core.memory.MemoryLogBuilder;
import java.time.Duration;
import java.util.List;

/// `[memory]`: how much the log holds, over all channels. What exceeds it goes, the oldest first.
final class MemoryTable {
    static final Setting<Long> EVENTS_MAX =
            Setting.count("memory.events_max", 1, 1_000_000_000, 1_000_000, "Events and ends that are kept.");
    static final Setting<Long> SIZE_MAX = Setting.size(
            "memory.size_max",
            MIB,
            TIB,
            Budget.EVENTS.limit(),
            "Bytes that are kept, counting 256 for each event besides its data.");
    static final Setting<Long> CHANNELS_MAX = Setting.count(
            "memory.channels_max",
            1,
            100_000_000,
            Budget.CHANNELS.limit(),
            "Channels that keep something, about a KiB each besides their events; a publish that would make one more is 503.");
    static final Setting<Long> MARKS_MAX = Setting.count(
            "memory.marks_max",
            0,
            100_000_000,
            Budget.MARKS.limit(),
            "Channels with nothing left of which the log knows what they lost, about 700 bytes each. Beyond, a reader may be told of a gap that is none.");
    static final Setting<Duration> MARKS_AGE = Setting.time(
            "memory.marks_age",
            Duration.ofMinutes(1),
            Duration.ofDays(365),
            Duration.ofDays(1),
            "For how long it knows that.");
    static final Setting<Long> KEYS_MAX = Setting.count(
            "memory.keys_max",
            0,
            100_000_000,
            Budget.KEYS.limit(),
            "Idempotency keys that are remembered for five minutes, 320 bytes each, a long one more. Beyond, the oldest go early.");
    static final Setting<Long> WAITERS_MAX = Setting.count(
            "memory.waiters_max",
            0,
            1_000_000,
            1_000,
            "Readers that may wait for a place ahead of the log (see `delivery.resolve_time`).");
    static final Setting<Long> LOOK_MAX = Setting.count(
            "memory.look_max",
            1,
            1_000_000,
            4_096,
            "Events that one read looks at before other readers have their turn; 4,096 are some tens of microseconds.");

    static final List<Setting<?>> ALL =
            List.of(EVENTS_MAX, SIZE_MAX, CHANNELS_MAX, MARKS_MAX, MARKS_AGE, KEYS_MAX, WAITERS_MAX, LOOK_MAX);

    private MemoryTable() {}

    static String kept(Values values) {
        return "%,d events, %s in all, gone with the hub"
                .formatted(
                        values.get(EVENTS_MAX),
                        SIZE_MAX.kind().write(values.get(SIZE_MAX)).replace("\"", ""));
    }

    static MemoryLogBuilder apply(MemoryLogBuilder log, Values values, ChannelRules rules) {
        return log.retention(rules::retention)
                .entriesMax(values.get(EVENTS_MAX))
                .bytesMax(values.get(SIZE_MAX))
                .channelsMax(Math.toIntExact(values.get(CHANNELS_MAX)))
                .marks(Math.toIntExact(values.get(MARKS_MAX)), values.get(MARKS_AGE))
                .keysMax(Math.toIntExact(values.get(KEYS_MAX)))
                .waitersMax(Math.toIntExact(values.get(WAITERS_MAX)))
                .lookMax(Math.toIntExact(values.get(LOOK_MAX)));
    }
}
