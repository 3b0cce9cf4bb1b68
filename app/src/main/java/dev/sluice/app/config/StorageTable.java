package dev.sluice.app.config;

import static dev.sluice.app.config.Settings.GIB;
import static dev.sluice.app.config.Settings.KIB;
import static dev.sluice.app.config.Settings.MIB;
import static dev.sluice.app.config.Settings.TIB;

import dev.sluice.core.budget.Budget;
import dev.sluice.core.channel.ChannelName;
import dev.sluice.core.log.Retention;
import dev.sluice.storage.RocksLogBuilder;
import dev.sluice.storage.Sync;
import java.util.List;
import java.util.stream.Stream;

/// `[storage]`: where the log is kept, and how. Of `[memory]`, what is not about size holds for it too.
public final class StorageTable {
    public static final Setting<String> FOLDER = new Setting<>(
            "storage.folder",
            new Kind.Text("the path of a folder", text -> !text.isBlank() && text.indexOf('\0') < 0),
            "data",
            "The log's own folder, made if there is none.");
    public static final Setting<Boolean> IN_MEMORY = new Setting<>(
            "storage.in_memory",
            new Kind.Switch(),
            false,
            "Whether the log is in memory alone, and gone with the process. Then `[memory]` says how much it holds.");
    static final Setting<Sync> SYNC = new Setting<>(
            "storage.sync",
            new Kind.Word<>(Sync.class),
            Sync.INTERVAL,
            "When an event is acknowledged: handed to the operating system, and synced every second, which survives the"
                    + " end of the process; or behind a sync, which survives the loss of power.");
    static final Setting<Long> SIZE_MAX = Setting.size(
            "storage.size_max",
            MIB,
            1024 * TIB,
            10 * GIB,
            "Bytes that are kept, counting 256 for each event besides its data; the oldest go first. Where nothing is said,"
                    + " no more than a fifth of the disk's free space either.");
    static final Setting<Long> TAIL_MAX = Setting.size(
            "storage.tail_max",
            KIB,
            TIB,
            Budget.TAIL.limit(),
            "How much of the newest is in memory too, counted in the same way; the rest is read from disk.");
    static final Setting<Long> DISK_RESERVE = Setting.size(
            "storage.disk_reserve",
            0,
            TIB,
            256 * MIB,
            "Below so much free space publishing stops (507), and goes on by itself above; reading goes on all the while."
                    + " RocksDB needs some of it to clean up: less than the default may be too little for what was"
                    + " deleted to make room.");

    static final Setting<Long> CHANNELS_MAX = Setting.count(
            "storage.channels_max",
            1,
            100_000_000,
            Budget.CHANNELS.limit(),
            "Channels that keep something, a KiB of memory each; a publish that would make one more is 503. A log that has"
                    + " more opens all the same.");
    static final Setting<Long> KEYS_MAX = Setting.count(
            "storage.keys_max",
            0,
            100_000_000,
            Budget.KEYS.limit(),
            "Idempotency keys that are remembered for five minutes, 320 bytes of memory each, a long one more. Beyond, the"
                    + " oldest go early.");

    static final List<Setting<?>> ALL =
            List.of(FOLDER, IN_MEMORY, SYNC, SIZE_MAX, TAIL_MAX, CHANNELS_MAX, KEYS_MAX, DISK_RESERVE);

    /// Defaults that follow the free space of the disk.
    static final List<Setting<?>> FOLLOWING_DISK = List.of(SIZE_MAX);

    private StorageTable() {}

    static RocksLogBuilder apply(RocksLogBuilder log, Values values, ChannelRules rules) {
        if (values.has(SIZE_MAX)) log.bytesMax(values.get(SIZE_MAX)); // Else it follows the disk.
        return log.retention(channel -> retention(rules, channel))
                .sync(values.get(SYNC))
                .tailBytes(values.get(TAIL_MAX))
                .channelsMax(Math.toIntExact(values.get(CHANNELS_MAX)))
                .reserveBytes(values.get(DISK_RESERVE))
                .marks(Math.toIntExact(values.get(MemoryTable.MARKS_MAX)), values.get(MemoryTable.MARKS_AGE))
                .keysMax(Math.toIntExact(values.get(KEYS_MAX)))
                .waitersMax(Math.toIntExact(values.get(MemoryTable.WAITERS_MAX)))
                .lookMax(Math.toIntExact(values.get(MemoryTable.LOOK_MAX)));
    }

    /// For people.
    static List<String> retention(ChannelRules rules) {
        Stream<String> said =
                rules.all().stream().map(rule -> rule.pattern().value() + ": " + written(limited(rule.retention())));
        return Stream.concat(said, Stream.of("all others: " + written(RocksLogBuilder.RETENTION)))
                .toList();
    }

    static String kept(ChannelRules rules) {
        int others = rules.all().size();
        return "each channel keeps " + written(RocksLogBuilder.RETENTION)
                + (others == 0 ? "" : " unless a rule says otherwise, rules: " + others);
    }

    private static String written(Retention retention) {
        String written = ChannelRule.MAX_AGE.kind().write(retention.maxAge()) + ", " + retention.maxEvents()
                + " events, " + ChannelRule.MAX_BYTES.kind().write(retention.maxBytes())
                + switch (retention.keep()) {
                    case NEWEST -> "";
                    case NEWEST_OF_KEY -> ", and the newest of each key";
                };
        return written.replace("\"", "");
    }

    private static Retention retention(ChannelRules rules, ChannelName channel) {
        return limited(rules.retention(channel));
    }

    /// A disk fills in silence: what a rule does not say is limited all the same.
    private static Retention limited(Retention said) {
        Retention standard = RocksLogBuilder.RETENTION;
        return new Retention(
                said.maxAge().equals(Retention.ALL.maxAge()) ? standard.maxAge() : said.maxAge(),
                said.maxEvents() == Retention.ALL.maxEvents() ? standard.maxEvents() : said.maxEvents(),
                said.maxBytes() == Retention.ALL.maxBytes() ? standard.maxBytes() : said.maxBytes(),
                said.keep());
    }
}
