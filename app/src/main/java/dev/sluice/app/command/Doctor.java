package dev.sluice.app.command;

import dev.sluice.app.cli.CommandContext;
import dev.sluice.app.cli.CommandException;
import dev.sluice.app.cli.Exit;
import dev.sluice.app.cli.HubAccess;
import dev.sluice.app.cli.HubKey;
import dev.sluice.app.cli.Output;
import dev.sluice.app.cli.TimeOption;
import dev.sluice.app.config.ConfigurationReader;
import dev.sluice.app.doctor.Examination;
import dev.sluice.app.doctor.FindingTexts;
import dev.sluice.client.http.Authorities;
import dev.sluice.config.Configuration;
import dev.sluice.config.Flags;
import dev.sluice.config.KeyFiles;
import dev.sluice.config.TlsFiles;
import dev.sluice.config.setting.InvalidConfigurationException;
import dev.sluice.core.budget.Budget;
import dev.sluice.server.net.Descriptors;
import dev.sluice.server.stats.ServerClock;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `sluice doctor`: finds faults between this machine and a hub; with `--self`, checks whether the machine
/// meets the needs of a hub's configuration.
@Command(
        description = {
            "Find what stands between this machine and a hub: proxies that hold events back, cut connections, refuse"
                    + " WebSockets or lose headers, certificates, caches, clocks.",
            "With --self, check the configuration of a hub, and whether this machine has what it asks for."
        },
        mixinStandardHelpOptions = true,
        sortOptions = false,
        abbreviateSynopsis = true,
        footer = {
            "",
            "Run it where clients are, with the address that they use. The hub has to have 'doctor = true', or",
            "the key may 'admin'. Exits with 1 if something should change, with 69 if nothing answers.",
            "",
            "With --self, run it where the hub runs, as its user, with the same SLUICE_JAVA_OPTS and limit of",
            "open files. Exits with 1 if something should change, with 78 if the configuration can't be used.",
            "",
            "  sluice doctor https://hub.example/",
            "  sluice doctor https://hub.example/ --for 10m --json",
            "  sluice doctor --self --config /etc/sluice/sluice.toml",
        })
final class Doctor implements Callable<Integer> {
    /// The hub serves a doctor for half an hour.
    private static final Duration WATCH_MAX = Duration.ofMinutes(25);

    private final CommandContext context;
    private final Output out;

    @Parameters(
            paramLabel = "URL",
            arity = "0..1",
            description = "The hub, as clients reach it; default: SLUICE_URL, then http://127.0.0.1:8420.")
    private @Nullable String url;

    @Option(
            names = "--for",
            paramLabel = "TIME",
            converter = TimeOption.class,
            description = "How long to watch connections for cuts, from 1s to 25m; default: 6s.")
    private Duration watch = Examination.WATCH;

    @Option(
            names = "--origin",
            paramLabel = "ORIGIN",
            description = "Check that pages of this origin may use the hub, such as https://shop.example.")
    private @Nullable String origin;

    @Option(
            names = "--cacert",
            paramLabel = "FILE",
            description = "For https: trust the certificate authorities in this file (PEM), and no others.")
    private @Nullable Path authorities;

    @Mixin
    private final HubKey key;

    @Option(names = "--json", description = "Print everything as JSON.")
    private boolean isJson;

    @Option(names = "--self", description = "Check this machine instead.")
    private boolean isSelf;

    @Option(
            names = "--config",
            paramLabel = "FILE",
            description =
                    "With --self: the configuration file; default: SLUICE_CONFIG, then sluice.toml in this folder.")
    private @Nullable Path file;

    Doctor(CommandContext context, Output out) {
        this.context = context;
        this.out = out;
        this.key = new HubKey(context);
    }

    @Override
    public Integer call() throws InvalidConfigurationException {
        if (isSelf && url != null)
            throw new CommandException(Exit.USAGE, "--self is for this machine: it takes no URL.");
        if (!isSelf && file != null) throw new CommandException(Exit.USAGE, "--config is for --self.");
        return isSelf ? checkSelf() : examine();
    }

    private int examine() {
        if (watch.compareTo(WATCH_MAX) > 0) throw new CommandException(Exit.USAGE, "--for is 25m at most.");
        var hub = HubAccess.typed(this::hub);
        var trusted = authorities;
        var tls = HubAccess.typed(() ->
                trusted == null ? defaultTls() : Authorities.of(context.folder().resolve(trusted)));
        try {
            var report = new Examination(hub, tls, key.value(), origin, watch, Examination.patience(watch)).run();
            var texts = FindingTexts.english();
            if (isJson) out.line(report.json(texts));
            else report.lines(texts).forEach(out::line);
            return report.isHealthy() ? 0 : Exit.REFUSED;
        } catch (IOException reason) {
            throw new CommandException(
                    Exit.UNAVAILABLE,
                    "Nothing answers at " + hub + " (" + CommandException.messageOf(reason) + ").",
                    reason);
        } catch (InterruptedException reason) {
            throw new CommandException(Exit.INTERRUPTED, "Interrupted.", reason);
        }
    }

    /// @throws IllegalArgumentException if it is not the address of a hub
    private URI hub() {
        var address = HubAccess.address(url, context);
        var hub = URI.create(address.endsWith("/") ? address : address + "/");
        var isHttp = "http".equals(hub.getScheme()) || "https".equals(hub.getScheme());
        if (isHttp && hub.getHost() != null && hub.getQuery() == null) return hub;
        throw new IllegalArgumentException(
                "'" + address + "' is not the address of a hub, such as https://hub.example/.");
    }

    private static SSLContext defaultTls() {
        try {
            return SSLContext.getDefault();
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException("every JDK has TLS", impossible);
        }
    }

    private int checkSelf() throws InvalidConfigurationException {
        var now = ServerClock.system().wall().instant().truncatedTo(ChronoUnit.SECONDS);
        var reader = new ConfigurationReader(context.folder(), context.environment(), file);
        var configuration = reader.read(Flags.NONE);
        var results = new ArrayList<CheckResult>();
        results.add(configured(reader, configuration, now));
        results.addAll(new SelfCheck(configuration, context.folder(), Budget.heapBytes(), Descriptors.ofProcess(), now)
                .results());
        CheckResult.table(results).forEach(out::line);
        return results.stream().allMatch(CheckResult::isGood) ? 0 : Exit.REFUSED;
    }

    /// Reads the files that the configuration names, as the hub does when it starts.
    private CheckResult configured(ConfigurationReader reader, Configuration configuration, Instant now)
            throws InvalidConfigurationException {
        var keys = KeyFiles.read(configuration.access(), context.folder(), context.environment());
        List<String> warnings = new ArrayList<>(keys.warnings());
        warnings.addAll(TlsFiles.check(configuration, now));
        warnings.addAll(reader.warnings(configuration));
        var found = reader.hasFile() ? reader.file().toString() : reader.file() + " does not exist: the defaults";
        return warnings.isEmpty()
                ? CheckResult.good("configuration", found)
                : CheckResult.bad("configuration", found, String.join(" ", warnings));
    }
}
