package dev.sluice.app.config;

import dev.sluice.core.budget.Budget;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/// The settings whose items take heap: what they may take together has to fit. Defaults follow the heap and always fit;
/// what was set beyond them is checked before anything starts, as a full heap would be met much later.
final class HeapBudget {
    private static final long MIB = 1 << 20;

    /// @param setting how many, or how many bytes
    record Row(Setting<Long> setting, Budget budget) {
        private long bytes(Values values) {
            return values.get(setting) * budget.itemBytes();
        }

        private boolean isBeyondDefault(Values values) {
            return values.has(setting) && values.get(setting) > setting.standard();
        }
    }

    static final List<Row> ALWAYS = List.of(
            new Row(ListenTable.CONNECTIONS_MAX, Budget.CONNECTIONS),
            new Row(SubscribeTable.SUBSCRIPTIONS_MAX, Budget.SUBSCRIPTIONS),
            new Row(SubscribeTable.PATTERNS_MAX, Budget.PATTERNS),
            new Row(SubscribeTable.PRESENCE_MEMBERS_MAX, Budget.MEMBERS),
            new Row(PublishTable.UNDER_WAY_MAX, Budget.IN_FLIGHT),
            new Row(DeliveryTable.ANSWERS_MAX, Budget.ANSWERS),
            new Row(MemoryTable.MARKS_MAX, Budget.MARKS));

    static final List<Row> DURABLE = List.of(
            new Row(StorageTable.CHANNELS_MAX, Budget.CHANNELS),
            new Row(StorageTable.KEYS_MAX, Budget.KEYS),
            new Row(StorageTable.TAIL_MAX, Budget.TAIL));

    static final List<Row> IN_MEMORY = List.of(
            new Row(MemoryTable.CHANNELS_MAX, Budget.CHANNELS),
            new Row(MemoryTable.KEYS_MAX, Budget.KEYS),
            new Row(MemoryTable.SIZE_MAX, Budget.EVENTS));

    private HeapBudget() {}

    /// The budget that a setting's default comes from.
    static Optional<Budget> of(Setting<?> setting) {
        return Stream.of(ALWAYS, DURABLE, IN_MEMORY)
                .flatMap(List::stream)
                .filter(row -> row.setting().equals(setting))
                .map(Row::budget)
                .findFirst();
    }

    /// Those in force: a log is on disk or in memory.
    private static List<Row> rows(Values values) {
        return Stream.of(ALWAYS, values.get(StorageTable.IN_MEMORY) ? IN_MEMORY : DURABLE)
                .flatMap(List::stream)
                .toList();
    }

    private static long bytes(Values values) {
        return rows(values).stream().mapToLong(row -> row.bytes(values)).sum();
    }

    /// What is wrong with limits that were set and do not fit into a heap together, said of the largest.
    static Optional<Fault> check(Values values, long heapBytes) {
        long room = Budget.room(heapBytes);
        long bytes = bytes(values);
        if (bytes <= room) return Optional.empty();
        return rows(values).stream()
                .filter(row -> row.isBeyondDefault(values))
                .max(Comparator.comparingLong(row -> row.bytes(values)))
                .map(row -> values.value(row.setting())
                        .source()
                        .fault(
                                ("'%s' (%s) may take %s of the heap, and all limits together %s: the heap has %s for them."
                                                + " Lower it, or start with a larger heap (SLUICE_JAVA_OPTS=-Xmx%dm).")
                                        .formatted(
                                                row.setting().key(),
                                                row.setting().kind().write(values.get(row.setting())),
                                                mib(row.bytes(values)),
                                                mib(bytes),
                                                mib(room),
                                                (bytes + heapBytes - room) / MIB + 1)));
    }

    /// The table as comments of a configuration file.
    static String printed(Values values, long heapBytes) {
        var text = new StringBuilder("\n# What these limits may take of the heap: %s of %s, which are there for them.\n"
                .formatted(mib(bytes(values)), mib(Budget.room(heapBytes))));
        for (var row : rows(values)) {
            text.append("# %-32s %,11d of %,5d B  %9s\n"
                    .formatted(
                            row.setting().key(),
                            values.get(row.setting()),
                            row.budget().itemBytes(),
                            mib(row.bytes(values))));
        }
        return text.toString();
    }

    private static String mib(long bytes) {
        return "%,d MiB".formatted(Math.ceilDiv(bytes, MIB));
    }
}
