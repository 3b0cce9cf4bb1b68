package dev.sluice.config;

import dev.sluice.config.setting.Fault;
import dev.sluice.config.setting.InvalidConfigurationException;
import dev.sluice.config.setting.Setting;
import dev.sluice.config.setting.Values;
import dev.sluice.core.budget.Budget;
import dev.sluice.core.encoding.Sha256;
import dev.sluice.core.log.RetentionRules;
import dev.sluice.core.memory.MemoryLogBuilder;
import dev.sluice.server.ServerSettings;
import dev.sluice.server.http.policy.OriginSettings;
import dev.sluice.server.tls.DevelopmentCertificate;
import dev.sluice.storage.RocksLogBuilder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// The effective configuration. Immutable. Flags override the file, the file overrides defaults.
public final class Configuration {
    public static final Configuration DEFAULT = new Configuration(Values.NONE, ChannelRules.NONE);

    private final Values explicit;
    private final Values values;
    private final ChannelRules rules;
    private final AccessTables access;
    private final List<ListenEntry> listens;
    private final Path folder;
    private final @Nullable DevelopmentCertificate development;

    /// Creates a configuration in which every client may do everything.
    public Configuration(Values values, ChannelRules rules) {
        this(values, rules, AccessTables.NONE);
    }

    public Configuration(Values values, ChannelRules rules, AccessTables access) {
        this(values, rules, access, List.of(), Path.of(""));
    }

    /// @param listens all addresses to listen on; empty if the values define them
    /// @param folder  the base of relative paths
    public Configuration(
            Values values, ChannelRules rules, AccessTables access, List<ListenEntry> listens, Path folder) {
        this(values, rules, access, listens, folder, null);
    }

    private Configuration(
            Values values,
            ChannelRules rules,
            AccessTables access,
            List<ListenEntry> listens,
            Path folder,
            @Nullable DevelopmentCertificate development) {
        this.explicit = values;
        this.values = ListenTable.withDefaults(values, access, listens);
        this.rules = rules;
        this.access = access;
        this.listens = List.copyOf(listens);
        this.folder = folder;
        this.development = development;
    }

    /// @return this configuration, overridden by flags
    /// @throws InvalidConfigurationException if the settings contradict each other
    public Configuration overriddenBy(Flags flags) throws InvalidConfigurationException {
        var all = explicit.overriddenBy(flags.values());
        var faults = Settings.contradictions(all, access, listens);
        if (!faults.isEmpty()) throw new InvalidConfigurationException(faults);
        return new Configuration(all, rules, access, listens, folder, development);
    }

    /// @return this configuration with further rules, after its own
    public Configuration with(List<ChannelRule> further) {
        var all = new ArrayList<>(rules.all());
        all.addAll(further);
        return new Configuration(explicit, new ChannelRules(all), access, listens, folder, development);
    }

    /// @return this configuration with these keys, grants and addresses instead of its own
    public Configuration with(AccessTables access, List<ListenEntry> listens) {
        return new Configuration(explicit, rules, access, listens, folder, development);
    }

    /// @return this configuration, with some settings of another one, and with these rules, keys and grants
    Configuration following(Configuration other, List<Setting<?>> some, ChannelRules rules, AccessTables access) {
        return new Configuration(explicit.following(other.explicit, some), rules, access, listens, folder, development);
    }

    /// @return this configuration, with this folder as the base of relative paths
    public Configuration in(Path folder) {
        return new Configuration(explicit, rules, access, listens, folder, development);
    }

    /// @return this configuration with the certificate that `tls_dev` asks for
    Configuration with(DevelopmentCertificate made) {
        return new Configuration(explicit, rules, access, listens, folder, made);
    }

    /// The certificate of `tls_dev`, after [DevelopmentTls#prepare].
    public Optional<DevelopmentCertificate> development() {
        return Optional.ofNullable(development);
    }

    /// Checks that all limits fit into this process's heap.
    ///
    /// @throws InvalidConfigurationException if limits that were set do not fit
    public Configuration fittingTheHeap() throws InvalidConfigurationException {
        return fittingTheHeap(false);
    }

    /// Checks as [#fittingTheHeap()] does.
    ///
    /// @param hasProtocols true if a program has reserved heap for protocols that it adds
    public Configuration fittingTheHeap(boolean hasProtocols) throws InvalidConfigurationException {
        var fault = HeapBudget.check(values, Budget.heapBytes(), hasProtocols);
        if (fault.isPresent()) throw new InvalidConfigurationException(List.of(fault.get()));
        return this;
    }

    /// A mistake in a setting's value, at its place.
    Fault fault(Setting<?> setting, String message) {
        return values.value(setting).source().fault("'" + setting.key() + "': " + message);
    }

    public <T> T get(Setting<T> setting) {
        return values.get(setting);
    }

    /// @throws IllegalStateException if `tls_dev` is set and its certificate is missing, so that the hub
    ///     never serves plain HTTP by mistake
    public ServerSettings server() {
        if (get(ListenTable.TLS_DEV) && development == null) {
            throw new IllegalStateException("'tls_dev' has no certificate yet: call DevelopmentTls.prepare first");
        }
        return new ServerSettings(
                ListenTable.listeners(values, listens, folder, development == null ? null : development.certificate()),
                ListenTable.eventLoops(values),
                Math.toIntExact(get(ListenTable.CONNECTIONS_MAX)),
                get(SubscribeTable.ANSWER_MAX),
                get(ListenTable.TICK_TIME),
                get(ListenTable.DRAIN_TIME),
                get(ListenTable.STOP_TIME),
                security(),
                HttpTable.settings(values),
                DeliveryTable.settings(values, rules),
                SubscribeTable.settings(values),
                PublishTable.settings(values),
                SubscribeTable.presence(values),
                LimitsTable.settings(values),
                get(LogTable.ACCESS),
                get(ListenTable.DOCTOR));
    }

    /// The hosts, origins and proxies from which requests are accepted.
    public OriginSettings security() {
        return SecurityTable.security(values, access);
    }

    public Values values() {
        return values;
    }

    public ChannelRules rules() {
        return rules;
    }

    /// The keys and grants.
    public AccessTables access() {
        return access;
    }

    /// A digest of everything that was configured. Two configurations with the same digest are the same. It
    /// reveals nothing about secrets, as configurations contain none.
    public String digest() {
        var text = new StringBuilder();
        append(text, values, Settings.ALL);
        for (var listen : listens) append(text.append("[[listen]]\n"), listen.values(), ListenEntry.ALL);
        for (var rule : rules.all()) append(text.append("[[channel]]\n"), rule.values(), ChannelRule.ALL);
        for (var key : access.keys()) append(text.append("[[key]]\n"), key.values(), KeyEntry.ALL);
        for (var grant : access.grants()) append(text.append("[[grant]]\n"), grant.values(), GrantEntry.ALL);
        byte[] hash = Sha256.hash(text.toString().getBytes(StandardCharsets.UTF_8));
        return "sha256:" + HexFormat.of().formatHex(hash);
    }

    private static void append(StringBuilder text, Values values, List<Setting<?>> settings) {
        for (var setting : settings)
            text.append(setting.key()).append('=').append(values.get(setting)).append('\n');
    }

    /// The addresses to listen on; empty if the values define them.
    public List<ListenEntry> listens() {
        return listens;
    }

    /// The base of relative paths.
    public Path folder() {
        return folder;
    }

    /// Configures a durable log, except its folder and clock.
    public RocksLogBuilder storage(RocksLogBuilder log) {
        return StorageTable.apply(log, values, rules);
    }

    /// The retention of all channels.
    public RetentionRules retentionRules() {
        return get(StorageTable.MEMORY) ? MemoryTable.rules(values, rules) : StorageTable.rules(values, rules);
    }

    /// The retention of a durable log: a line for each rule; the first that matches a channel applies.
    public List<String> retention() {
        return StorageTable.retention(rules);
    }

    /// A short description of the retention.
    public String retentionSummary() {
        return get(StorageTable.MEMORY) ? MemoryTable.describe(values) : StorageTable.describe(rules);
    }

    /// Configures a log in memory, except its clock.
    public MemoryLogBuilder memory(MemoryLogBuilder log) {
        return MemoryTable.apply(log, values, rules);
    }
}
