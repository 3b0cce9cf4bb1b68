package dev.sluice.config;

import static dev.sluice.config.Settings.GIB;
import static dev.sluice.config.Settings.KIB;
import static dev.sluice.config.Settings.MIB;
import static dev.sluice.config.Settings.TIB;

import dev.sluice.config.setting.Setting;
import dev.sluice.config.setting.SettingType;
import dev.sluice.config.setting.Values;
import dev.sluice.core.budget.Budget;
import dev.sluice.core.log.Retention;
import dev.sluice.core.log.RetentionRules;
import dev.sluice.storage.RocksLogBuilder;
import dev.sluice.storage.folder.Sync;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;

/// `[storage]`: the log on disk. The settings of `[memory]` that are not about size apply to it too.
public final class StorageTable {
    public static final Setting<String> DATA = new Setting<>(
            "storage.data",
            new SettingType.Text("the path of a folder", text -> !text.isBlank() && text.indexOf('\0') < 0),
            "data",
            "The folder of the log, created if there is none.");
    public static final Setting<Boolean> MEMORY = new Setting<>(
            "storage.memory",
            new SettingType.Switch(),
            false,
            "Whether the log is only in memory, and lost when the process ends. Then `[memory]` limits its size.");
    public static final Setting<Sync> SYNC = new Setting<>(
            "storage.sync",
            new SettingType.Word<>(Sync.class),
            Sync.ALWAYS,
            "When a publish is acknowledged, and readers see it. `always`: once it is synced to the disk,"
                    + " which survives a loss of power; publishes that wait share a sync. `interval`: once the"
                    + " operating system has it, which survives the end of the process; it is synced every second, so a"
                    + " loss of power costs about the last one.");
    public static final Setting<Long> SIZE_MAX = Setting.size(
            "storage.size_max",
            MIB,
            1024 * TIB,
            10 * GIB,
            "Bytes that are kept, counting 256 for each event in addition to its data; the oldest are dropped first. By"
                    + " default also no more than a fifth of the disk's free space, or what the log keeps at the start"
                    + " if that is more.");
    public static final Setting<Long> TAIL_MAX = Setting.size(
            "storage.tail_max",
            KIB,
            TIB,
            Budget.TAIL.limit(),
            "Bytes of the newest events that are also in memory, counted in the same way; older events are read"
                    + " from disk.");
    public static final Setting<Long> DISK_RESERVE = Setting.size(
            "storage.disk_reserve",
            0,
            TIB,
            256 * MIB,
            "Free space below which publishing stops (507); it resumes by itself above, and reading is not"
                    + " affected. Revocations and their audit are taken all the same. RocksDB needs part of it to clean up: with less than the default, deleting may"
                    + " fail to free space.");

    /// The retention of a channel unless a rule says otherwise.
    private static final Retention RETENTION = new Retention(Duration.ofDays(7), 100_000, 64 * MIB);

    public static final Setting<Long> CHANNELS_MAX = Setting.count(
            "storage.channels_max",
            1,
            100_000_000,
            Budget.CHANNELS.limit(),
            "Channels with events, a KiB of memory each; a publish that would create one more is 503. A log with more"
                    + " channels still opens.");
    public static final Setting<Long> KEYS_MAX = Setting.count(
            "storage.keys_max",
            0,
            100_000_000,
            Budget.KEYS.limit(),
            "Idempotency keys that are remembered for five minutes, 448 bytes of memory each, long ones more."
                    + " Beyond it, the oldest are forgotten early.");

    public static final List<Setting<?>> ALL =
            List.of(DATA, MEMORY, SYNC, SIZE_MAX, TAIL_MAX, CHANNELS_MAX, KEYS_MAX, DISK_RESERVE);

    /// Settings with defaults that depend on the free space of the disk.
    public static final List<Setting<?>> FOLLOWING_DISK = List.of(SIZE_MAX);

    private StorageTable() {}

    public static RocksLogBuilder apply(RocksLogBuilder log, Values values, ChannelRules rules) {
        if (values.has(SIZE_MAX)) { // Otherwise it depends on the disk.
            log.limits(limits -> limits.bytesMax(values.get(SIZE_MAX)));
        }
        return log.retention(rules(values, rules))
                .bytesMax(values.get(SIZE_MAX))
                .sync(values.get(SYNC))
                .reserveBytes(values.get(DISK_RESERVE))
                .limits(limits -> limits.tailBytes(values.get(TAIL_MAX))
                        .channelsMax(Math.toIntExact(values.get(CHANNELS_MAX)))
                        .keysMax(Math.toIntExact(values.get(KEYS_MAX))))
                .limits(limits -> MemoryTable.applyShared(limits, values));
    }

    static RetentionRules rules(Values values, ChannelRules rules) {
        return AuthTable.retention(values, Long.MAX_VALUE, rules, StorageTable::limited);
    }

    /// A description of the retention, a line for each rule.
    public static List<String> retention(ChannelRules rules) {
        Stream<String> lines =
                rules.all().stream().map(rule -> rule.pattern().value() + ": " + format(limited(rule.retention())));
        return Stream.concat(lines, Stream.of("all others: " + format(RETENTION)))
                .toList();
    }

    public static String describe(ChannelRules rules) {
        int others = rules.all().size();
        return "each channel keeps " + format(RETENTION)
                + (others == 0 ? "" : " unless a rule says otherwise, rules: " + others);
    }

    private static String format(Retention retention) {
        String format = ChannelRule.MAX_AGE.kind().write(retention.maxAge()) + ", " + retention.maxEvents()
                + " events, " + ChannelRule.MAX_BYTES.kind().write(retention.maxBytes())
                + switch (retention.keep()) {
                    case NEWEST -> "";
                    case NEWEST_OF_KEY -> ", and the newest of each key";
                };
        return format.replace("\"", "");
    }

    /// Applies the standard limits that a rule does not set, because a disk fills up silently.
    private static Retention limited(Retention rule) {
        return new Retention(
                rule.maxAge().equals(Retention.ALL.maxAge()) ? RETENTION.maxAge() : rule.maxAge(),
                rule.maxEvents() == Retention.ALL.maxEvents() ? RETENTION.maxEvents() : rule.maxEvents(),
                rule.maxBytes() == Retention.ALL.maxBytes() ? RETENTION.maxBytes() : rule.maxBytes(),
                rule.keep());
    }
}
