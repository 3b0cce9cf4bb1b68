package dev.sluice.app.config;

import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/// All settings of a hub, but its rules for channels, in the order in which they are documented and printed.
public final class Settings {
    static final long KIB = 1L << 10;
    static final long MIB = 1L << 20;
    static final long GIB = 1L << 30;
    static final long TIB = 1L << 40;

    public static final List<Setting<?>> ALL = Stream.of(
                    ListenTable.ALL,
                    HttpTable.ALL,
                    SubscribeTable.ALL,
                    PublishTable.ALL,
                    DeliveryTable.ALL,
                    StorageTable.ALL,
                    MemoryTable.ALL)
            .<Setting<?>>flatMap(List::stream)
            .toList();

    private Settings() {}

    static Optional<Setting<?>> find(String key) {
        return ALL.stream().filter(setting -> setting.key().equals(key)).findFirst();
    }

    /// What is wrong with values that are each fine alone.
    static List<Fault> disorder(Values values) {
        return SubscribeTable.ORDERS.stream()
                .flatMap(order -> order.check(values).stream())
                .toList();
    }
}
