package dev.sluice.app.command;

import dev.sluice.app.config.ConfigurationFile;
import dev.sluice.config.Configuration;
import dev.sluice.config.InvalidConfiguration;
import dev.sluice.config.KeyFiles;
import dev.sluice.config.TlsFiles;
import dev.sluice.core.budget.Budget;
import dev.sluice.server.ServerClock;
import dev.sluice.server.net.Descriptors;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/// `sluice doctor --self`: whether the machine has what the configuration of a hub asks for.
@Command(
        description = "Check the configuration of a hub, and whether this machine has what it asks for.",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        abbreviateSynopsis = true,
        footer = {
            "",
            "Run it where the hub runs, as its user, with the same SLUICE_JAVA_OPTS and limit of open files.",
            "Exits with 1 if something should change, with 78 if the configuration can't be used.",
            "",
            "  sluice doctor --self --config /etc/sluice/sluice.toml",
        })
final class Doctor implements Callable<Integer> {
    private final CommandContext context;
    private final Output out;

    @Option(names = "--self", required = true, description = "Check this machine.")
    private boolean isSelf;

    @Option(
            names = "--config",
            paramLabel = "FILE",
            description = "The configuration file; default: sluice.toml in this folder.")
    private @Nullable Path file;

    Doctor(CommandContext context, Output out) {
        this.context = context;
        this.out = out;
    }

    @Override
    public Integer call() throws InvalidConfiguration {
        if (!isSelf) throw new IllegalStateException("picocli requires --self");
        var now = ServerClock.system().wall().instant().truncatedTo(ChronoUnit.SECONDS);
        var configuration = ConfigurationFile.read(context.folder(), file).in(context.folder());
        var results = new ArrayList<CheckResult>();
        results.add(configured(configuration, now));
        results.addAll(new SelfCheck(configuration, context.folder(), Budget.heapBytes(), Descriptors.ofProcess(), now)
                .results());
        CheckResult.table(results).forEach(out::line);
        return results.stream().allMatch(CheckResult::isGood) ? 0 : Exit.REFUSED;
    }

    /// Reads the files that the configuration names, as the hub does when it starts.
    private CheckResult configured(Configuration configuration, Instant now) throws InvalidConfiguration {
        var keys = KeyFiles.read(configuration.access(), context.folder(), context.environment());
        List<String> warnings = new ArrayList<>(keys.warnings());
        warnings.addAll(TlsFiles.check(configuration, now));
        var found = file == null ? ConfigurationFile.NAME + ", or the defaults" : file.toString();
        return warnings.isEmpty()
                ? CheckResult.good("configuration", found)
                : CheckResult.bad("configuration", found, String.join(" ", warnings));
    }
}
