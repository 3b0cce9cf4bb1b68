package dev.sluice.app.command;

import dev.sluice.app.config.ConfigurationFile;
import dev.sluice.app.config.TomlWriter;
import dev.sluice.app.log.JsonFormatter;
import dev.sluice.config.ChannelRule;
import dev.sluice.config.Configuration;
import dev.sluice.config.DevelopmentTls;
import dev.sluice.config.Flags;
import dev.sluice.config.InvalidConfiguration;
import dev.sluice.config.KeyFiles;
import dev.sluice.config.ListenTable;
import dev.sluice.config.LogTable;
import dev.sluice.config.SecurityTable;
import dev.sluice.config.StorageTable;
import dev.sluice.config.TlsFiles;
import dev.sluice.core.log.Log;
import dev.sluice.core.memory.MemoryLog;
import dev.sluice.demos.gallery.Gallery;
import dev.sluice.demos.typewriter.InvalidModel;
import dev.sluice.embed.ConfigurationSource;
import dev.sluice.embed.ConfiguredAccess;
import dev.sluice.embed.EmbeddedSluice;
import dev.sluice.server.ServerClock;
import dev.sluice.storage.CannotOpen;
import dev.sluice.storage.RocksLog;
import dev.sluice.storage.Salvage;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/// `sluice serve`: runs a hub until it is stopped.
@Command(
        description = "Run a hub. Without a configuration, it keeps its log in ./data and serves only this machine.",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        abbreviateSynopsis = true,
        footer = {
            "",
            "Flags override the file, the file overrides defaults. docs/configuration.md has all settings.",
            "",
            "  sluice serve --port 9000",
            "  sluice serve --set storage.sync=always --set delivery.stall_time=30s",
            "  sluice serve --print-config > sluice.toml",
        })
final class Serve implements Callable<Integer> {
    private final CommandContext context;
    private final Output out;
    private final Messages messages;

    @Option(names = "--host", paramLabel = "ADDRESS", description = "Listen on this address; default: 127.0.0.1.")
    private @Nullable String host;

    @Option(
            names = "--port",
            paramLabel = "PORT",
            description = "Listen on this port; default: 8420. 0 takes a free one.")
    private @Nullable String port;

    @Option(names = "--data", paramLabel = "FOLDER", description = "The folder of the log; default: ./data.")
    private @Nullable String data;

    @Option(names = "--memory", description = "Keep the log only in memory: it is lost when the hub ends.")
    private boolean isInMemory;

    @Option(
            names = "--salvage",
            description = "Check the log first; if it is damaged, keep what can be read and turn the rest into gaps.")
    private boolean isSalvaging;

    @Option(
            names = "--tls-dev",
            description = "Serve HTTPS with a certificate for this machine, made for development; the first line of"
                    + " the output names the authority to trust.")
    private boolean hasTlsDev;

    @Option(
            names = "--insecure",
            description = "Without keys and grants: let everybody who can reach the hub read, publish and delete,"
                    + " on any interface.")
    private boolean isInsecure;

    @Option(
            names = "--behind-proxy",
            description =
                    "Accept requests from a proxy: without keys and grants, everybody who reaches the proxy may then"
                            + " read, publish and delete.")
    private boolean isBehindProxy;

    @Option(
            names = "--origin",
            paramLabel = "ORIGIN",
            description = "Let pages of this origin use the hub, such as https://shop.example. Repeatable.")
    private List<String> origins = List.of();

    @Option(
            names = "--allow-host",
            paramLabel = "NAME",
            description = "Accept requests under this name, such as hub.example, or '*' for any. Repeatable.")
    private List<String> allowHosts = List.of();

    @Option(
            names = "--demos",
            description =
                    "Serve the demos at /demos/ also on a hub that others can reach; on loopback they are the default.")
    private boolean hasDemos;

    @Option(
            names = "--set",
            paramLabel = "KEY=VALUE",
            description = "Set any other setting, by its key in the file. Repeatable.")
    private List<String> assignments = List.of();

    @Option(
            names = "--config",
            paramLabel = "FILE",
            description = "The configuration file; default: sluice.toml in this folder.")
    private @Nullable Path file;

    @Option(names = "--print-config", description = "Print the effective settings and their sources, then exit.")
    private boolean isPrinting;

    Serve(CommandContext context, Output out, Messages messages) {
        this.context = context;
        this.out = out;
        this.messages = messages;
    }

    @Override
    public Integer call() throws InvalidConfiguration {
        var configuration = configuration();
        if (isPrinting) out.text(TomlWriter.of(configuration));
        else serve(configuration);
        return 0;
    }

    private Configuration configuration() throws InvalidConfiguration {
        var flags = HubAccess.typed(this::flags);
        var configuration = ConfigurationFile.read(context.folder(), file)
                .in(context.folder())
                .overriddenBy(flags)
                .fittingTheHeap();
        Exposure.check(configuration);
        return configuration;
    }

    private Flags flags() {
        var flags = Flags.NONE;
        for (var assignment : assignments) flags = flags.with("--set", assignment);
        if (host != null) flags = flags.with(ListenTable.HOST, "--host", host);
        if (port != null) flags = flags.with(ListenTable.PORT, "--port", port);
        if (data != null) flags = flags.with(StorageTable.DATA, "--data", data);
        if (isInMemory) flags = flags.with(StorageTable.MEMORY, "--memory", "true");
        if (hasTlsDev) flags = flags.with(ListenTable.TLS_DEV, "--tls-dev", "true");
        if (isInsecure) flags = flags.with(SecurityTable.INSECURE, "--insecure", "true");
        if (isBehindProxy) flags = flags.with(SecurityTable.BEHIND_PROXY, "--behind-proxy", "true");
        if (hasDemos) flags = flags.with(ListenTable.DEMOS, "--demos", "true");
        for (var origin : origins) flags = flags.with(SecurityTable.ORIGINS, "--origin", origin);
        for (var name : allowHosts) flags = flags.with(SecurityTable.ALLOW_HOSTS, "--allow-host", name);
        return flags;
    }

    private Log log(Configuration configuration) {
        var wall = ServerClock.system().wall();
        if (configuration.get(StorageTable.MEMORY)) {
            return configuration.memory(MemoryLog.builder(wall)).open();
        }
        var folder = folder(configuration);
        try {
            if (isSalvaging) salvage(folder);
            return configuration
                    .storage(RocksLog.builder(folder).clock(wall))
                    .keepRecordedRules()
                    .open();
        } catch (CannotOpen reason) {
            throw LogAccess.failure(reason);
        }
    }

    private String logPlace(Configuration configuration) {
        return configuration.get(StorageTable.MEMORY)
                ? "memory"
                : folder(configuration).toAbsolutePath().normalize().toString();
    }

    private Path folder(Configuration configuration) {
        return context.folder().resolve(configuration.get(StorageTable.DATA));
    }

    private void salvage(Path folder) {
        var salvage = Salvage.of(folder, ServerClock.system().wall());
        if (salvage == null) {
            messages.line("The log in '" + folder + "' is not damaged: --salvage had nothing to do.");
            return;
        }
        messages.line(
                "Warning: The log in '%s' was damaged. Kept: %,d events and ends; %,d channels lost some, or may have."
                        .formatted(folder, salvage.entries(), salvage.damaged()));
        if (salvage.mayBeOlder()) {
            messages.line("Warning: Part of the log could not be read in order, so deleted events may be back.");
        }
        messages.line(
                "The damaged files are in '" + salvage.aside() + "': remove them when they are no longer needed.");
    }

    /// Runs until the process is asked to end, or this thread is interrupted.
    private void serve(Configuration given) throws InvalidConfiguration {
        if (given.get(LogTable.FORMAT) == LogTable.Format.JSON) JsonFormatter.install();
        var content = content(given);
        var configuration = content.configuration();
        try (var stop = Stop.begin();
                var hub = hub(configuration, content.keys())) {
            hub.onFailure(stop::fail);
            hub.onDrained(stop::request);
            hub.start();
            HangUp.handle(hub::reload);
            content.warnings().forEach(warning -> messages.line("Warning: " + warning));
            Exposure.warning(configuration, hub.uri()).ifPresent(messages::line);
            out.line("%s at %s%s%s, log in %s (%s), %s"
                    .formatted(
                            Version.text(),
                            hub.uri(),
                            hub.adminUri().map(uri -> ", probes at " + uri).orElse(""),
                            configuration
                                    .development()
                                    .map(made -> ", for clients that trust " + made.authority())
                                    .orElse(""),
                            logPlace(configuration),
                            configuration.retentionSummary(),
                            Exposure.nextStep(configuration, hub.uri())));
            OldGeneration.keepSmall(); // After the line above, so that it does not delay it.
            stop.await();
        }
    }

    /// Reads the files that a configuration names.
    private ConfigurationSource.Content content(Configuration given) throws InvalidConfiguration {
        var now = ServerClock.system().wall().instant();
        var configuration = DevelopmentTls.prepare(given, context.environment(), now);
        var keys = KeyFiles.read(configuration.access(), context.folder(), context.environment());
        var warnings = new ArrayList<>(keys.warnings());
        warnings.addAll(TlsFiles.check(configuration, now));
        return new ConfigurationSource.Content(configuration, keys, warnings);
    }

    /// The configuration of this command line, read again.
    private final class Source implements ConfigurationSource {
        @Override
        public Content read() throws InvalidConfiguration {
            return content(configuration());
        }

        @Override
        public List<Path> files(Configuration inForce) {
            var files = new ArrayList<>(KeyFiles.files(inForce.access(), context.folder()));
            files.add(ConfigurationFile.path(context.folder(), file));
            return files;
        }
    }

    /// Adds the rules of the demos' channels, after those of the operator: the log is opened before the demos are
    /// added.
    private static Configuration withDemos(Configuration configuration) {
        if (!configuration.get(ListenTable.DEMOS)) return configuration;
        return configuration.with(Gallery.retention().entrySet().stream()
                .map(rule -> ChannelRule.of("demos", rule.getKey(), rule.getValue()))
                .toList());
    }

    private EmbeddedSluice hub(Configuration configuration, KeyFiles keys) {
        var access = ConfiguredAccess.filter(configuration, keys, ServerClock.system());
        var hub = EmbeddedSluice.on(log(withDemos(configuration)), configuration, access)
                .reloadedFrom(new Source())
                .withoutShutdownHook(); // Stop has a hook, which sets the exit code.
        try {
            if (configuration.get(ListenTable.DEMOS)) Gallery.on(hub);
            return hub;
        } catch (InvalidModel invalid) {
            hub.close();
            throw invalid;
        }
    }
}
