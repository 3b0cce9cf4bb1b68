package dev.sluice.app.command.run;

import dev.sluice.app.cli.CommandContext;
import dev.sluice.app.cli.CommandException;
import dev.sluice.app.cli.Exit;
import dev.sluice.app.cli.HubAccess;
import dev.sluice.app.cli.LogAccess;
import dev.sluice.app.cli.Messages;
import dev.sluice.app.cli.Output;
import dev.sluice.app.cli.ShutdownSignal;
import dev.sluice.app.cli.SighupHandler;
import dev.sluice.app.cli.Version;
import dev.sluice.app.command.cluster.ClusterLog;
import dev.sluice.app.config.ConfigurationReader;
import dev.sluice.app.config.TomlWriter;
import dev.sluice.app.log.JsonFormatter;
import dev.sluice.config.ChannelRule;
import dev.sluice.config.ClusterTable;
import dev.sluice.config.Configuration;
import dev.sluice.config.DevelopmentTls;
import dev.sluice.config.KeyFiles;
import dev.sluice.config.ListenTable;
import dev.sluice.config.LogTable;
import dev.sluice.config.StorageTable;
import dev.sluice.config.TlsFiles;
import dev.sluice.config.protocol.DurableStreamsTable;
import dev.sluice.config.protocol.PusherTable;
import dev.sluice.config.setting.Fault;
import dev.sluice.config.setting.InvalidConfigurationException;
import dev.sluice.core.log.Log;
import dev.sluice.core.memory.MemoryLog;
import dev.sluice.core.replication.ReplicatedLog;
import dev.sluice.demos.gallery.Gallery;
import dev.sluice.demos.typewriter.InvalidModelException;
import dev.sluice.durablestreams.DurableStreams;
import dev.sluice.embed.EmbeddedSluice;
import dev.sluice.embed.reload.ConfigurationSource;
import dev.sluice.embed.reload.ConfiguredAccess;
import dev.sluice.lab.Lab;
import dev.sluice.lab.plan.LabTls;
import dev.sluice.mercure.Mercure;
import dev.sluice.pusher.AppFile;
import dev.sluice.pusher.Pusher;
import dev.sluice.server.StartingServer;
import dev.sluice.server.http.AccessFilter;
import dev.sluice.server.stats.ServerClock;
import dev.sluice.storage.RocksLog;
import dev.sluice.storage.RocksLogBuilder;
import dev.sluice.storage.folder.CannotOpenException;
import dev.sluice.storage.folder.OpenFailure;
import dev.sluice.storage.repair.Salvage;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Model.CommandSpec;

/// `sluice serve`: runs a hub until it is stopped.
public final class Serve implements Callable<Integer> {
    private static final String CONFIG = "--config";
    private static final String PRINT_CONFIG = "--print-config";
    private static final String BOOK = "M12 6c-2-1.5-5-2-8-2v14c3 0 6 .5 8 2 2-1.5 5-2 8-2V4c-3 0-6 .5-8 2zv14";
    private static final Map<String, String> DOCS = Map.of("en", "Docs", "zh", "文档");

    private final CommandContext context;
    private final Output out;
    private final Messages messages;

    private final HubOptions options;
    private final HubProgram program;

    public Serve(CommandContext context, Output out, Messages messages) {
        this(context, out, messages, new HubOptions(), HubProgram.NONE);
        options.table()
                .file(CONFIG, "The configuration file; default: SLUICE_CONFIG, then sluice.toml in this folder.")
                .flag(PRINT_CONFIG, "Print the effective settings and their sources, then exit.");
    }

    /// @param program the program that runs on the hub
    Serve(CommandContext context, Output out, Messages messages, HubOptions options, HubProgram program) {
        this.context = context;
        this.out = out;
        this.messages = messages;
        this.options = options;
        this.program = program;
    }

    /// Reads a plain command line.
    ///
    /// @return false if it is not plain, so that picocli must read it with [#spec]
    public boolean readPlain(List<String> arguments) {
        return options.table().readPlain(arguments);
    }

    /// The command's specification for picocli.
    public CommandSpec spec() {
        var spec =
                options.table().addTo(CommandSpec.wrapWithoutInspection(this)).mixinStandardHelpOptions(true);
        spec.usageMessage()
                .description(
                        "Run a hub. Without a configuration, it keeps its log in ./data and serves only this machine.")
                .sortOptions(false)
                .abbreviateSynopsis(true)
                .footer(
                        "",
                        "Flags override variables such as SLUICE_STORAGE_SYNC, those the file, the file defaults.",
                        "docs/configuration.md has all settings.",
                        "",
                        "  sluice serve --port 9000",
                        "  sluice serve --set storage.sync=interval --set delivery.stall_time=30s",
                        "  sluice serve --print-config > sluice.toml");
        return spec;
    }

    @Override
    public Integer call() throws InvalidConfigurationException {
        var configuration = configuration();
        if (options.table().has(PRINT_CONFIG)) out.text(TomlWriter.of(configuration));
        else serve(configuration);
        return 0;
    }

    private Configuration configuration() throws InvalidConfigurationException {
        var reader = reader();
        return configuration(reader, reader.hasFile());
    }

    private ConfigurationReader reader() {
        var named = options.table().values(CONFIG);
        return new ConfigurationReader(
                context.folder(), context.environment(), named.isEmpty() ? null : Path.of(named.getFirst()));
    }

    private Configuration configuration(ConfigurationReader reader, boolean hasFile)
            throws InvalidConfigurationException {
        var flags = HubAccess.typed(options::flags);
        var configuration = reader.read(flags, hasFile).fittingTheHeap();
        ExposureCheck.check(configuration);
        return configuration;
    }

    private Log log(Configuration configuration) throws InvalidConfigurationException {
        var wall = ServerClock.system().wall();
        if (configuration.get(StorageTable.MEMORY)) {
            return configuration.memory(MemoryLog.builder(wall)).open();
        }
        var folder = folder(configuration);
        try {
            if (options.isSalvaging()) salvage(folder);
            var durable =
                    configuration.storage(RocksLog.builder(folder).clock(wall)).keepRecordedRules();
            var cluster = ClusterTable.settings(configuration, context.folder());
            return cluster.isEmpty() ? single(durable) : ClusterLog.open(cluster.get(), durable.replica(), wall);
        } catch (CannotOpenException reason) {
            throw LogAccess.failure(reason, folder);
        }
    }

    /// Opens the log of a single hub. The folder of a cluster's only voting node becomes that of a single
    /// hub, because no other node can have continued without it.
    private Log single(RocksLogBuilder durable) {
        try {
            return durable.open();
        } catch (CannotOpenException reason) {
            if (reason.reason() != OpenFailure.OF_CLUSTER) throw reason;
        }
        ClusterLog.detach(durable.replica(), ServerClock.system().wall(), options.isAlone());
        messages.line("The log belonged to a node of a cluster, and is that of a single hub from now on.");
        return durable.open();
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
        LogAccess.requireOwner(folder);
        var salvage = Salvage.of(folder, ServerClock.system().wall());
        if (salvage == null) {
            messages.line("The log in '" + folder + "' is not damaged: --salvage had nothing to do.");
            return;
        }
        messages.line(String.format(
                Locale.ROOT,
                "Warning: The log in '%s' was damaged. Kept: %,d events and ends; %,d channels lost some, or may have.",
                folder,
                salvage.entries(),
                salvage.damaged()));
        if (salvage.mayBeOlder()) {
            messages.line("Warning: Part of the log could not be read in order, so deleted events may be back.");
        }
        messages.line(
                "The damaged files are in '" + salvage.aside() + "': remove them when they are no longer needed.");
    }

    /// Runs until the process is asked to end, or this thread is interrupted.
    private void serve(Configuration given) throws InvalidConfigurationException {
        if (given.get(LogTable.FORMAT) == LogTable.Format.JSON) JsonFormatter.install();
        reader().warnings(given).forEach(warning -> messages.line("Warning: " + warning));
        var hangUps = SighupHandler.install(); // Before the log is opened, which may take minutes.
        try (var stop = ShutdownSignal.begin()) {
            for (var next = given; serve(stop, hangUps, next); next = configuration()) {
                messages.line("The hub starts again, with a copy of its cluster's log.");
            }
        }
    }

    /// @return true if the node must be reopened with a copy of the cluster's log
    private boolean serve(ShutdownSignal stop, SighupHandler hangUps, Configuration given)
            throws InvalidConfigurationException {
        var content = content(given);
        var configuration = content.configuration();
        var access = ConfiguredAccess.filter(configuration, content.keys(), ServerClock.system());
        var log = log(stop, withPrograms(configuration));
        try (var hub = hub(log, configuration, access)) {
            hub.onFailure(reason -> {
                if (isReplacedWhenOpened(log)) stop.restart();
                else stop.fail(reason);
            });
            hub.onDrained(stop::request);
            var streams = durableStreams(hub, configuration);
            new ServedRelay(configuration, context.folder()).addTo(hub);
            var pusher = pusher(hub, configuration);
            new ServedMercure(configuration, context.folder()).addTo(hub);
            hub.start();
            streams.ifPresent(DurableStreams::start);
            pusher.ifPresent(Pusher::start);
            program.start();
            hangUps.listen(hub::reload);
            content.warnings().forEach(warning -> messages.line("Warning: " + warning));
            ExposureCheck.warning(configuration, hub.uri()).ifPresent(messages::line);
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
                            nextStep(configuration, hub.uri())));
            MemoryPlan.ofProcess(configuration).log();
            try {
                return stop.await(HeapTuner::limit);
            } finally {
                hangUps.listen(null); // The next hub reloads.
            }
        }
    }

    private static Optional<DurableStreams> durableStreams(EmbeddedSluice hub, Configuration configuration) {
        var path = configuration.get(DurableStreamsTable.PATH);
        return path.isEmpty() ? Optional.empty() : Optional.of(DurableStreams.on(hub, path));
    }

    private Optional<Pusher> pusher(EmbeddedSluice hub, Configuration configuration) {
        var file = configuration.get(PusherTable.APPS_FILE);
        if (file.isEmpty()) return Optional.empty();
        try {
            var apps = AppFile.read(context.folder().resolve(file), context.environment());
            return Optional.of(Pusher.on(hub, configuration.get(PusherTable.PATH), apps));
        } catch (IOException | IllegalArgumentException unusable) {
            throw new CommandException(
                    Exit.CONFIG,
                    "'" + PusherTable.APPS_FILE.key() + "': '" + file + "' can't be used: "
                            + CommandException.messageOf(unusable),
                    unusable);
        }
    }

    private static boolean isReplacedWhenOpened(Log log) {
        return log instanceof ReplicatedLog replica && replica.isReplacedWhenOpened();
    }

    private Log log(ShutdownSignal stop, Configuration configuration) throws InvalidConfigurationException {
        stop.starting(Thread.currentThread());
        try (var _ = StartingServer.begin(
                configuration.server(), ServerClock.system().wall())) {
            return log(configuration);
        } finally {
            stop.started();
        }
    }

    /// Reads the files that a configuration names.
    private ConfigurationSource.Content content(Configuration given) throws InvalidConfigurationException {
        var now = ServerClock.system().wall().instant();
        var configuration = DevelopmentTls.prepare(given, context.environment(), now);
        var keys = KeyFiles.read(configuration.access(), context.folder(), context.environment());
        var warnings = new ArrayList<>(keys.warnings());
        warnings.addAll(configuration.access().warnings());
        warnings.addAll(TlsFiles.check(configuration, now));
        return new ConfigurationSource.Content(configuration, keys, warnings);
    }

    /// The configuration of this command line, read again.
    private final class Source implements ConfigurationSource {
        private final ConfigurationReader reader = reader();

        /// If the file existed, its removal is a mistake, because the defaults permit more.
        private volatile boolean hasFile = reader.hasFile();

        @Override
        public Content read() throws InvalidConfigurationException {
            if (!hasFile) hasFile = reader.hasFile();
            requireRegular(List.of(reader.file()));
            var read = reread();
            requireRegular(KeyFiles.files(read.access(), context.folder()));
            return content(read);
        }

        /// What a start refuses is a mistake of the file, because the flags have not changed since.
        private Configuration reread() throws InvalidConfigurationException {
            try {
                return configuration(reader, hasFile);
            } catch (CommandException refused) {
                throw new InvalidConfigurationException(
                        List.of(new Fault(reader.file().toString(), 0, 0, CommandException.messageOf(refused))));
            }
        }

        /// Only the start may read a pipe. Now the pipe would be empty, or reading would wait for a writer.
        private void requireRegular(List<Path> files) throws InvalidConfigurationException {
            for (Path each : files) {
                if (Files.isRegularFile(each) || !Files.exists(each)) continue;
                throw new InvalidConfigurationException(
                        List.of(new Fault(each.toString(), 0, 0, "can't be read again: it is not a regular file.")));
            }
        }

        @Override
        public List<Path> files(Configuration inForce) {
            var files = new ArrayList<>(KeyFiles.files(inForce.access(), context.folder()));
            files.add(reader.file());
            return files;
        }
    }

    private String nextStep(Configuration configuration, URI hub) {
        var step = program.nextStep(hub);
        return step.isEmpty() ? ExposureCheck.nextStep(configuration, hub) : step;
    }

    /// Adds the rules for the channels of the program and the demos after those of the operator. This happens
    /// here because the log is opened before the programs are added.
    private Configuration withPrograms(Configuration configuration) {
        var rules = new ArrayList<ChannelRule>();
        program.retention().forEach((channels, rule) -> rules.add(ChannelRule.of("program", channels, rule)));
        if (!configuration.get(DurableStreamsTable.PATH).isEmpty())
            DurableStreams.retention()
                    .forEach((channels, rule) -> rules.add(ChannelRule.of("durable_streams", channels, rule)));
        if (!configuration.get(PusherTable.APPS_FILE).isEmpty())
            Pusher.retention().forEach((channels, rule) -> rules.add(ChannelRule.of("pusher", channels, rule)));
        if (new ServedMercure(configuration, context.folder()).isServed())
            Mercure.retention().forEach((channels, rule) -> rules.add(ChannelRule.of("mercure", channels, rule)));
        if (configuration.get(ListenTable.DEMOS))
            Gallery.retention().forEach((channels, rule) -> rules.add(ChannelRule.of("demos", channels, rule)));
        return rules.isEmpty() ? configuration : configuration.with(rules);
    }

    /// The development certificate, which a browser may trust already. Without one the lab says what is missing.
    private Optional<LabTls> labCertificate(Configuration configuration) {
        try {
            var made = DevelopmentTls.make(
                    configuration,
                    context.environment(),
                    ServerClock.system().wall().instant());
            return Optional.of(LabCertificate.of(made));
        } catch (InvalidConfigurationException unusable) {
            messages.line("Warning: no HTTP/2 in the lab: " + CommandException.messageOf(unusable));
            return Optional.empty();
        }
    }

    /// Serves the folder of documentation, and adds it to the side bar.
    private void addDocs(EmbeddedSluice hub, Configuration configuration) {
        var folder = configuration.get(ListenTable.DOCS);
        if (folder.isEmpty()) return;
        try {
            hub.files("/docs/", context.folder().resolve(folder));
        } catch (IllegalArgumentException missing) {
            throw new CommandException(
                    Exit.CONFIG, "'" + ListenTable.DOCS.key() + "': " + CommandException.messageOf(missing), missing);
        }
        hub.link("/docs/", BOOK, DOCS);
    }

    private EmbeddedSluice hub(Log log, Configuration configuration, AccessFilter access) {
        var hub = EmbeddedSluice.on(log, configuration, access)
                .reloadedFrom(new Source())
                .withoutShutdownHook(); // ShutdownSignal has a hook, which sets the exit code.
        try {
            if (configuration.get(ListenTable.DEMOS)) Gallery.on(hub);
            if (configuration.get(ListenTable.LAB))
                Lab.on(
                        hub,
                        () -> labCertificate(configuration),
                        ServerClock.system().wall());
            addDocs(hub, configuration);
            program.on(hub, configuration.get(StorageTable.MEMORY) ? null : folder(configuration));
            return hub;
        } catch (InvalidModelException | CommandException invalid) {
            hub.close();
            throw invalid;
        }
    }
}
