package dev.sluice.config;

import static dev.sluice.config.Settings.MIB;
import static dev.sluice.config.Settings.TIB;

import dev.sluice.config.setting.Setting;
import dev.sluice.config.setting.Values;
import dev.sluice.core.budget.Budget;
import dev.sluice.core.log.LogLimits;
import dev.sluice.core.log.RetentionRules;
import dev.sluice.core.memory.MemoryLogBuilder;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.function.UnaryOperator;

/// `[memory]`: the limits of a log in memory, over all channels. Beyond them the oldest entries are dropped.
public final class MemoryTable {
    public static final Setting<Long> EVENTS_MAX =
            Setting.count("memory.events_max", 1, 1_000_000_000, 1_000_000, "Events and channel ends that are kept.");
    public static final Setting<Long> SIZE_MAX = Setting.size(
            "memory.size_max",
            MIB,
            TIB,
            Budget.EVENTS.limit(),
            "Bytes that are kept, counting 256 for each event in addition to its data.");
    public static final Setting<Long> CHANNELS_MAX = Setting.count(
            "memory.channels_max",
            1,
            100_000_000,
            Budget.CHANNELS.limit(),
            "Channels with events, about a KiB each in addition to their events; a publish that would create one"
                    + " more is 503.");
    public static final Setting<Long> MARKS_MAX = Setting.count(
            "memory.marks_max",
            0,
            100_000_000,
            Budget.MARKS.limit(),
            "Empty channels whose losses the log remembers, about 700 bytes each. Beyond it, a reader may get a gap"
                    + " although it missed nothing.");
    public static final Setting<Duration> MARKS_AGE = Setting.time(
            "memory.marks_age",
            Duration.ofMinutes(1),
            Duration.ofDays(365),
            Duration.ofDays(1),
            "How long the log remembers those losses.");
    public static final Setting<Long> KEYS_MAX = Setting.count(
            "memory.keys_max",
            0,
            100_000_000,
            Budget.KEYS.limit(),
            "Idempotency keys that are remembered for five minutes, 448 bytes each, long ones more. Beyond it, the"
                    + " oldest are forgotten early.");
    public static final Setting<Long> WAITERS_MAX = Setting.count(
            "memory.waiters_max",
            0,
            1_000_000,
            1_000,
            "Readers that may wait for a cursor ahead of the log (see `delivery.resolve_time`).");
    public static final Setting<Long> LOOK_MAX = Setting.count(
            "memory.look_max",
            1,
            1_000_000,
            4_096,
            "Events that one read examines before other readers get their turn; 4,096 take some tens of microseconds.");

    public static final List<Setting<?>> ALL =
            List.of(EVENTS_MAX, SIZE_MAX, CHANNELS_MAX, MARKS_MAX, MARKS_AGE, KEYS_MAX, WAITERS_MAX, LOOK_MAX);

    /// Bytes of each of the two channels of the audit log, which `memory.size_max` does not count.
    private static final long AUDIT_BYTES_MAX = Budget.EVENTS.limit() / 8;

    private MemoryTable() {}

    public static String describe(Values values) {
        return String.format(
                Locale.ROOT,
                "%,d events, %s in all, lost when the hub ends",
                values.get(EVENTS_MAX),
                SIZE_MAX.kind().write(values.get(SIZE_MAX)).replace("\"", ""));
    }

    public static MemoryLogBuilder apply(MemoryLogBuilder log, Values values, ChannelRules rules) {
        return log.retention(rules(values, rules))
                .limits(limits -> limits.entriesMax(values.get(EVENTS_MAX))
                        .bytesMax(values.get(SIZE_MAX))
                        .channelsMax(Math.toIntExact(values.get(CHANNELS_MAX)))
                        .keysMax(Math.toIntExact(values.get(KEYS_MAX))))
                .limits(limits -> applyShared(limits, values));
    }

    static RetentionRules rules(Values values, ChannelRules rules) {
        return AuthTable.retention(values, AUDIT_BYTES_MAX, rules, UnaryOperator.identity());
    }

    /// Sets the limits that do not depend on where the log is.
    static void applyShared(LogLimits.Builder limits, Values values) {
        limits.marks(Math.toIntExact(values.get(MARKS_MAX)), values.get(MARKS_AGE))
                .waitersMax(Math.toIntExact(values.get(WAITERS_MAX)))
                .lookMax(Math.toIntExact(values.get(LOOK_MAX)));
    }
}
