package dev.sluice.app.command;

import dev.sluice.Sluice;
import dev.sluice.app.config.Configuration;
import dev.sluice.app.config.Flags;
import dev.sluice.app.config.InvalidConfiguration;
import dev.sluice.app.config.ListenTable;
import dev.sluice.app.config.StorageTable;
import dev.sluice.core.log.Log;
import dev.sluice.core.memory.MemoryLog;
import dev.sluice.demos.gallery.Gallery;
import dev.sluice.demos.typewriter.InvalidModel;
import dev.sluice.server.CannotListen;
import dev.sluice.server.Clock;
import dev.sluice.storage.CannotOpen;
import dev.sluice.storage.RocksLog;
import dev.sluice.storage.Salvage;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/// `sluice serve`: a hub, until it is told to stop.
@Command(
        description = "Run a hub. Without a configuration, it keeps its log in ./data and serves this machine alone.",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        abbreviateSynopsis = true,
        footer = {
            "",
            "Flags win over the file, the file over defaults. docs/configuration.md has all settings.",
            "",
            "  sluice serve --port 9000",
            "  sluice serve --set storage.sync=always --set delivery.stall_time=30s",
            "  sluice serve --print-config > sluice.toml",
        })
final class Serve implements Callable<Integer> {
    private final Surroundings surroundings;
    private final Output out;
    private final Messages messages;

    @Option(names = "--host", paramLabel = "ADDRESS", description = "Listen there; 127.0.0.1 unless told otherwise.")
    private @Nullable String host;

    @Option(
            names = "--port",
            paramLabel = "PORT",
            description = "Listen on this port, 8420 unless told otherwise; 0 takes a free one.")
    private @Nullable String port;

    @Option(names = "--data", paramLabel = "FOLDER", description = "Keep the log there; ./data unless told otherwise.")
    private @Nullable String data;

    @Option(names = "--memory", description = "Keep the log in memory alone: it is gone with the hub.")
    private boolean isInMemory;

    @Option(
            names = "--salvage",
            description =
                    "If the log is damaged, keep what can be read and make gaps of the rest; read all of it first.")
    private boolean isSalvaging;

    @Option(
            names = "--insecure",
            description = "Let everybody who can reach the hub read, publish and delete, on any interface.")
    private boolean isInsecure;

    @Option(
            names = "--behind-proxy",
            description =
                    "Serve what a proxy passes on: everybody who reaches the proxy may then read, publish and delete.")
    private boolean isBehindProxy;

    @Option(
            names = "--origin",
            paramLabel = "ORIGIN",
            description = "Let pages of this origin use the hub, as https://shop.example. Repeatable.")
    private List<String> origins = List.of();

    @Option(
            names = "--allow-host",
            paramLabel = "NAME",
            description = "Take requests under this name, as hub.example, or under any: '*'. Repeatable.")
    private List<String> allowHosts = List.of();

    @Option(
            names = "--demos",
            description = "Have the demos at /demos/ on a hub that others can reach too; one on loopback has them.")
    private boolean hasDemos;

    @Option(
            names = "--set",
            paramLabel = "KEY=VALUE",
            description = "Any other setting, by its key in the file. Repeatable.")
    private List<String> assignments = List.of();

    @Option(names = "--config", paramLabel = "FILE", description = "Read this file, not sluice.toml in this folder.")
    private @Nullable Path file;

    @Option(names = "--print-config", description = "Print what is in force, and where it comes from, and end.")
    private boolean isPrinting;

    Serve(Surroundings surroundings, Output out, Messages messages) {
        this.surroundings = surroundings;
        this.out = out;
        this.messages = messages;
    }

    @Override
    public Integer call() throws InvalidConfiguration {
        var configuration = configuration();
        if (isPrinting) out.text(configuration.toToml());
        else serve(configuration);
        return 0;
    }

    private Configuration configuration() throws InvalidConfiguration {
        var flags = HubAccess.typed(this::flags);
        var configuration = Configuration.read(surroundings.folder(), file)
                .overriddenBy(flags)
                .fittingTheHeap();
        if (!configuration.get(ListenTable.INSECURE)) {
            Loopback.require(configuration.get(ListenTable.HOST), configuration.source(ListenTable.HOST));
        }
        return configuration;
    }

    private Flags flags() {
        var flags = Flags.NONE;
        for (var assignment : assignments) flags = flags.with("--set", assignment);
        if (host != null) flags = flags.with(ListenTable.HOST, "--host", host);
        if (port != null) flags = flags.with(ListenTable.PORT, "--port", port);
        if (data != null) flags = flags.with(StorageTable.FOLDER, "--data", data);
        if (isInMemory) flags = flags.with(StorageTable.IN_MEMORY, "--memory", "true");
        if (isInsecure) flags = flags.with(ListenTable.INSECURE, "--insecure", "true");
        if (isBehindProxy) flags = flags.with(ListenTable.BEHIND_PROXY, "--behind-proxy", "true");
        if (hasDemos) flags = flags.with(ListenTable.DEMOS, "--demos", "true");
        for (var origin : origins) flags = flags.with(ListenTable.ORIGINS, "--origin", origin);
        for (var name : allowHosts) flags = flags.with(ListenTable.ALLOW_HOSTS, "--allow-host", name);
        return flags;
    }

    private Log log(Configuration configuration) {
        var wall = Clock.system().wall();
        if (configuration.get(StorageTable.IN_MEMORY)) {
            return configuration.memory(MemoryLog.builder(wall)).open();
        }
        var folder = folder(configuration);
        try {
            if (isSalvaging) salvage(folder);
            return configuration.storage(RocksLog.builder(folder).clock(wall)).open();
        } catch (CannotOpen reason) {
            throw LogAccess.failure(reason);
        }
    }

    private String place(Configuration configuration) {
        return configuration.get(StorageTable.IN_MEMORY)
                ? "memory"
                : folder(configuration).toAbsolutePath().normalize().toString();
    }

    private Path folder(Configuration configuration) {
        return surroundings.folder().resolve(configuration.get(StorageTable.FOLDER));
    }

    private void salvage(Path folder) {
        var salvage = Salvage.of(folder, Clock.system().wall());
        if (salvage == null) {
            messages.line("Nothing of the log in '" + folder + "' is damaged: --salvage had nothing to do.");
            return;
        }
        messages.line(
                "Warning: The log in '%s' was damaged. Kept: %,d events and ends; %,d channels lost some, or may have."
                        .formatted(folder, salvage.entries(), salvage.hurt()));
        if (salvage.mayBeOlder()) {
            messages.line("Warning: Not all could be read in its order, so what had been deleted may be back in part.");
        }
        messages.line(
                "The damaged files are in '" + salvage.aside() + "': remove them when they are no longer needed.");
    }

    /// Runs until the process is told to end, or this thread is interrupted.
    private void serve(Configuration configuration) {
        try (var stop = Stop.begin();
                var hub = hub(configuration)) {
            hub.onFailure(stop::fail);
            start(hub);
            if (configuration.get(ListenTable.INSECURE)) {
                messages.line("Warning: --insecure lets everybody who can reach " + hub.uri() + " read and publish.");
            } else if (configuration.get(ListenTable.BEHIND_PROXY)) {
                messages.line("Warning: --behind-proxy lets everybody who can reach a proxy to " + hub.uri()
                        + " read, publish and delete, as far as the proxy lets them.");
            }
            out.line("%s at %s, log in %s (%s), try: curl -d hello %s/channels/news"
                    .formatted(Version.text(), hub.uri(), place(configuration), configuration.kept(), hub.uri()));
            OldGeneration.keepSmall(); // Whoever waits for the line above need not wait for it.
            stop.await();
        }
    }

    private Sluice hub(Configuration configuration) {
        var hub = Sluice.on(log(configuration))
                .settings(configuration.server())
                .withoutShutdownHook(); // Stop has one, which decides the exit code.
        try {
            if (configuration.get(ListenTable.DEMOS)) Gallery.on(hub);
            return hub;
        } catch (InvalidModel invalid) {
            hub.close();
            throw invalid;
        }
    }

    private static void start(Sluice hub) {
        try {
            hub.start();
        } catch (CannotListen refused) {
            throw refused.advising("Stop what uses it, or choose another with --port.");
        }
    }
}
