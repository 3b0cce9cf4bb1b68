package dev.sluice.config;

import dev.sluice.config.protocol.DurableStreamsTable;
import dev.sluice.config.protocol.MercureTable;
import dev.sluice.config.protocol.PusherTable;
import dev.sluice.config.protocol.RelayTable;
import dev.sluice.config.setting.Fault;
import dev.sluice.config.setting.Setting;
import dev.sluice.config.setting.Values;
import dev.sluice.server.http.head.Suggestion;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/// All settings of a hub except the lists of addresses, rules, keys and grants, in the order in which they are
/// documented and printed.
public final class Settings {
    public static final long KIB = 1L << 10;
    public static final long MIB = 1L << 20;
    public static final long GIB = 1L << 30;
    public static final long TIB = 1L << 40;

    public static final List<Setting<?>> ALL = Stream.of(
                    ListenTable.ALL,
                    LimitsTable.ALL,
                    HttpTable.ALL,
                    SubscribeTable.ALL,
                    PublishTable.ALL,
                    AuthTable.ALL,
                    HookTable.ALL,
                    DeliveryTable.ALL,
                    StorageTable.ALL,
                    MemoryTable.ALL,
                    ClusterTable.ALL,
                    LogTable.ALL,
                    DurableStreamsTable.ALL,
                    MercureTable.ALL,
                    PusherTable.ALL,
                    RelayTable.ALL)
            .<Setting<?>>flatMap(List::stream)
            .toList();

    /// Keys that programs can't set: a program chooses its log of events when it creates its server, and
    /// configures its logging itself.
    public static final List<String> NOT_OF_PROGRAMS = Stream.concat(
                    Stream.of(
                            ListenTable.TLS_DEV,
                            ListenTable.DEMOS,
                            ListenTable.LAB,
                            ListenTable.DOCS,
                            StorageTable.DATA,
                            StorageTable.MEMORY,
                            LogTable.FORMAT,
                            DurableStreamsTable.PATH),
                    Stream.of(ClusterTable.ALL, MercureTable.ALL, PusherTable.ALL, RelayTable.ALL)
                            .flatMap(List::stream))
            .map(Setting::key)
            .toList();

    /// Former names of keys, with the current ones.
    private static final Map<String, String> RENAMED = Map.of(
            "storage.folder", StorageTable.DATA.key(),
            "storage.in_memory", StorageTable.MEMORY.key(),
            "publish.under_way_max", PublishTable.IN_FLIGHT_MAX.key(),
            "secret", KeyEntry.SECRET_FILE.key()); // Never a name of the key, but a likely guess.

    private Settings() {}

    /// The key that a wrong one most likely means: the new name of an old key, or the nearest of the known ones.
    public static Optional<String> meant(String wrong, Collection<String> known) {
        return Optional.ofNullable(RENAMED.get(wrong))
                .filter(known::contains)
                .or(() -> Suggestion.nearest(wrong, known));
    }

    /// Finds contradictions between values that are valid on their own.
    public static List<Fault> contradictions(Values values, AccessTables access, List<ListenEntry> listens) {
        return Stream.of(
                        SubscribeTable.ORDERS.stream()
                                .flatMap(order -> order.check(values).stream())
                                .toList(),
                        ListenTable.contradictions(values, access, listens),
                        access.contradictions(values, listens),
                        HookTable.contradictions(values, access),
                        ClusterTable.contradictions(values))
                .flatMap(List::stream)
                .toList();
    }
}
