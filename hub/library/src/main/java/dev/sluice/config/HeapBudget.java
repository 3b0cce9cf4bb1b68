package dev.sluice.config;

import dev.sluice.config.protocol.DurableStreamsTable;
import dev.sluice.config.protocol.MercureTable;
import dev.sluice.config.protocol.PusherTable;
import dev.sluice.config.protocol.RelayTable;
import dev.sluice.config.setting.Fault;
import dev.sluice.config.setting.Setting;
import dev.sluice.config.setting.Values;
import dev.sluice.core.budget.Budget;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;

/// The settings whose items take heap, and which must fit together. Defaults depend on the heap and always
/// fit; larger explicit values are checked at the start, because a full heap would show only much later.
public final class HeapBudget {
    private static final long MIB = 1 << 20;

    /// @param setting a count or a number of bytes
    record Row(Setting<Long> setting, Budget budget) {
        private long bytes(Values values) {
            return values.get(setting) * budget.itemBytes();
        }

        private boolean isBeyondDefault(Values values) {
            return values.has(setting) && values.get(setting) > setting.standard();
        }
    }

    public static final List<Row> ALWAYS = List.of(
            new Row(ListenTable.CONNECTIONS_MAX, Budget.CONNECTIONS),
            new Row(LimitsTable.CLIENTS_MAX, Budget.CLIENTS),
            new Row(SubscribeTable.SUBSCRIPTIONS_MAX, Budget.SUBSCRIPTIONS),
            new Row(SubscribeTable.PATTERNS_MAX, Budget.PATTERNS),
            new Row(SubscribeTable.PRESENCE_MEMBERS_MAX, Budget.MEMBERS),
            new Row(PublishTable.IN_FLIGHT_MAX, Budget.IN_FLIGHT),
            new Row(PublishTable.LEASES_MAX, Budget.LEASES),
            new Row(DeliveryTable.ANSWERS_MAX, Budget.ANSWERS),
            new Row(AuthTable.TOKENS_MAX, Budget.TOKENS),
            new Row(MemoryTable.MARKS_MAX, Budget.MARKS));

    public static final List<Row> DURABLE = List.of(
            new Row(StorageTable.CHANNELS_MAX, Budget.CHANNELS),
            new Row(StorageTable.KEYS_MAX, Budget.KEYS),
            new Row(StorageTable.TAIL_MAX, Budget.TAIL));

    public static final List<Row> IN_MEMORY = List.of(
            new Row(MemoryTable.CHANNELS_MAX, Budget.CHANNELS),
            new Row(MemoryTable.KEYS_MAX, Budget.KEYS),
            new Row(MemoryTable.SIZE_MAX, Budget.EVENTS));

    private HeapBudget() {}

    /// The budget from which a setting's default is computed.
    public static Optional<Budget> of(Setting<?> setting) {
        return Stream.of(ALWAYS, DURABLE, IN_MEMORY)
                .flatMap(List::stream)
                .filter(row -> row.setting().equals(setting))
                .map(Row::budget)
                .findFirst();
    }

    /// The settings in use: a log is on disk or in memory.
    private static List<Row> rows(Values values) {
        return Stream.of(ALWAYS, values.get(StorageTable.MEMORY) ? IN_MEMORY : DURABLE)
                .flatMap(List::stream)
                .toList();
    }

    private static long bytes(Values values, Map<String, Long> fixed) {
        return rows(values).stream().mapToLong(row -> row.bytes(values)).sum()
                + fixed.values().stream().mapToLong(Long::longValue).sum();
    }

    /// The bytes that no setting changes, by name: those of cached heads, those of the application's answers if
    /// it is asked, and what protocols may take if any is served.
    private static Map<String, Long> fixed(Values values, long heapBytes, boolean hasProtocols) {
        boolean isServed = hasProtocols
                || Stream.of(DurableStreamsTable.PATH, MercureTable.PATH, PusherTable.APPS_FILE, RelayTable.PATH)
                        .anyMatch(setting -> !values.get(setting).isEmpty());
        Map<String, Long> fixed = new TreeMap<>(Map.of("request heads", Budget.HEADS.limit(heapBytes)));
        if (!values.get(HookTable.URL).isEmpty()) fixed.put("hook answers", Budget.HOOK_ANSWERS.limit(heapBytes));
        if (isServed) fixed.put("protocols", Budget.PROTOCOLS.limit(heapBytes));
        return fixed;
    }

    /// Checks that the limits fit into a heap; the fault names the largest one that was set.
    public static Optional<Fault> check(Values values, long heapBytes) {
        return check(values, heapBytes, false);
    }

    /// Checks as [#check(Values, long)] does, for a program.
    ///
    /// @param hasProtocols true if the program adds protocols to those of the settings
    public static Optional<Fault> check(Values values, long heapBytes, boolean hasProtocols) {
        long availableBytes = Budget.availableBytes(heapBytes);
        long bytes = bytes(values, fixed(values, heapBytes, hasProtocols));
        if (bytes <= availableBytes) return Optional.empty();
        return rows(values).stream()
                .filter(row -> row.isBeyondDefault(values))
                .max(Comparator.comparingLong(row -> row.bytes(values)))
                .map(row -> values.value(row.setting())
                        .source()
                        .fault(String.format(
                                Locale.ROOT,
                                "'%s' (%s) may take %s of the heap, and all limits together %s: the heap has %s for them."
                                        + " Lower it, or start with a larger heap (SLUICE_JAVA_OPTS=-Xmx%dm).",
                                row.setting().key(),
                                row.setting().kind().write(values.get(row.setting())),
                                mib(row.bytes(values)),
                                mib(bytes),
                                mib(availableBytes),
                                (bytes + heapBytes - availableBytes) / MIB + 1)));
    }

    /// The part of the heap that each of these limits may take, for an operator.
    public static List<Map<String, Object>> report(Values values) {
        Stream<Map<String, Object>> settings = rows(values).stream()
                .map(row -> Map.of(
                        "key", row.setting().key(),
                        "count", values.get(row.setting()),
                        "itemBytes", row.budget().itemBytes(),
                        "bytes", row.bytes(values)));
        Stream<Map<String, Object>> fixed = fixed(values, Budget.heapBytes(), false).entrySet().stream()
                .map(each -> Map.of(
                        "key", each.getKey(), "count", each.getValue(), "itemBytes", 1, "bytes", each.getValue()));
        return Stream.concat(settings, fixed).toList();
    }

    /// A table of the budgets as comments of a configuration file.
    public static String table(Values values, long heapBytes) {
        Map<String, Long> fixed = fixed(values, heapBytes, false);
        var text = new StringBuilder(
                "\n# The most that these limits may take of the heap: %s of the %s reserved for them.\n"
                        .formatted(mib(bytes(values, fixed)), mib(Budget.availableBytes(heapBytes))));
        for (var row : rows(values)) {
            text.append(String.format(
                    Locale.ROOT,
                    "# %-32s %,11d of %,5d B  %9s\n",
                    row.setting().key(),
                    values.get(row.setting()),
                    row.budget().itemBytes(),
                    mib(row.bytes(values))));
        }
        fixed.forEach((name, bytes) -> text.append(String.format(Locale.ROOT, "# %-55s %9s\n", name, mib(bytes))));
        return text.toString();
    }

    private static String mib(long bytes) {
        return String.format(Locale.ROOT, "%,d MiB", Math.ceilDiv(bytes, MIB));
    }
}
