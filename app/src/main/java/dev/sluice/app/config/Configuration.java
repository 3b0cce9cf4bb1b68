package dev.sluice.app.config;

import dev.sluice.core.budget.Budget;
import dev.sluice.core.memory.MemoryLogBuilder;
import dev.sluice.server.ServerSettings;
import dev.sluice.storage.RocksLogBuilder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What is in force. Immutable. Flags win over the file, the file over defaults.
public final class Configuration {
    /// The file that is read where no other is named, if it exists.
    public static final String FILE = "sluice.toml";

    private static final Configuration DEFAULT = new Configuration(Values.NONE, ChannelRules.NONE);

    private final Values said;
    private final Values values;
    private final ChannelRules rules;

    Configuration(Values values, ChannelRules rules) {
        this.said = values;
        this.values = ListenTable.settled(values);
        this.rules = rules;
    }

    /// The file `sluice.toml` in this folder; if there is none, the defaults.
    ///
    /// @throws InvalidConfiguration if it can't be read, or says something that can't be
    public static Configuration in(Path folder) throws InvalidConfiguration {
        var file = folder.resolve(FILE);
        return Files.exists(file) ? ConfigurationFile.read(file) : DEFAULT;
    }

    /// This very file, as [#in].
    public static Configuration of(Path file) throws InvalidConfiguration {
        return ConfigurationFile.read(file);
    }

    /// A file that was named, or else the one in this folder, if there is one.
    ///
    /// @throws InvalidConfiguration as [#in]
    public static Configuration read(Path folder, @Nullable Path named) throws InvalidConfiguration {
        return named == null ? in(folder) : of(folder.resolve(named));
    }

    /// This configuration, with what the command line says in place of its own.
    ///
    /// @throws InvalidConfiguration if they don't go together
    public Configuration overriddenBy(Flags flags) throws InvalidConfiguration {
        var all = said.overriddenBy(flags.values());
        var faults = Settings.disorder(all);
        if (!faults.isEmpty()) throw new InvalidConfiguration(faults);
        return new Configuration(all, rules);
    }

    /// Makes sure that all limits fit into this process's heap.
    ///
    /// @throws InvalidConfiguration if those that were set don't
    public Configuration fittingTheHeap() throws InvalidConfiguration {
        var fault = HeapBudget.check(values, Budget.heapBytes());
        if (fault.isPresent()) throw new InvalidConfiguration(List.of(fault.get()));
        return this;
    }

    /// For a message: where a setting's value comes from.
    public String source(Setting<?> setting) {
        return values.value(setting).source().text();
    }

    public <T> T get(Setting<T> setting) {
        return values.get(setting);
    }

    /// As a file that would give the same, each line with a comment that says where it comes from.
    public String toToml() {
        return Printed.of(values, rules);
    }

    public ServerSettings server() {
        return new ServerSettings(
                get(ListenTable.HOST),
                Math.toIntExact(get(ListenTable.PORT)),
                ListenTable.eventLoops(values),
                Math.toIntExact(get(ListenTable.CONNECTIONS_MAX)),
                get(SubscribeTable.ANSWER_MAX),
                get(ListenTable.TICK_TIME),
                get(ListenTable.STOP_TIME),
                ListenTable.security(values),
                HttpTable.settings(values),
                DeliveryTable.settings(values, rules),
                SubscribeTable.settings(values),
                PublishTable.settings(values),
                SubscribeTable.presence(values));
    }

    Values values() {
        return values;
    }

    ChannelRules rules() {
        return rules;
    }

    /// Sets up a durable log, its folder and clock aside.
    public RocksLogBuilder storage(RocksLogBuilder log) {
        return StorageTable.apply(log, values, rules);
    }

    /// What a durable log keeps of each channel: a line for each rule, the first that matches counts.
    public List<String> retention() {
        return StorageTable.retention(rules);
    }

    /// What the log keeps, in a few words.
    public String kept() {
        return get(StorageTable.IN_MEMORY) ? MemoryTable.kept(values) : StorageTable.kept(rules);
    }

    /// Sets up a log in memory, its clock aside.
    public MemoryLogBuilder memory(MemoryLogBuilder log) {
        return MemoryTable.apply(log, values, rules);
    }
}
