package dev.sluice.app.command.run;

import dev.sluice.Sluice;
import dev.sluice.app.cli.CommandContext;
import dev.sluice.app.cli.CommandException;
import dev.sluice.app.cli.Exit;
import dev.sluice.app.cli.HubAccess;
import dev.sluice.app.cli.HubKey;
import dev.sluice.app.cli.Messages;
import dev.sluice.app.cli.Output;
import dev.sluice.client.ClientBuilder;
import dev.sluice.config.setting.InvalidConfigurationException;
import dev.sluice.sense.CannotStartSenseException;
import dev.sluice.sense.Sense;
import dev.sluice.sense.SenseOptions;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.Security;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// `sluice sense`: runs a hub with Sense on it until it is stopped.
@Command(
        description = "Watch servers and web applications, and alert at once. Runs a hub with the monitor on it.",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        abbreviateSynopsis = true,
        footer = {
            "",
            "The hub's own settings are in sluice.toml, as of 'sluice serve'. docs/sense.md has all keys.",
            "",
            "  sluice sense",
            "  sluice sense --config /etc/sluice/sense.toml --port 9000",
            "  sluice sense --hub https://push.example --key-file sense.key",
            "  sluice sense --hub https://a.example,https://b.example,https://c.example --key-file sense.key",
        })
public final class RunSense implements Callable<Integer> {
    /// The file that is read by default, if it exists.
    private static final String FILE = "sense.toml";

    private final CommandContext context;
    private final Output out;
    private final Messages messages;

    private final HubOptions options = new HubOptions();

    @Option(
            names = "--config",
            paramLabel = "FILE",
            description = "The file with checks and notifiers; default: sense.toml in this folder, if there is one.")
    private @Nullable Path file;

    @Option(
            names = "--hub",
            paramLabel = "URL[,URL…]",
            description =
                    "Share the channels of Sense with this hub: what Sense publishes is published there, and agents"
                            + " publish there. Several addresses are those of the nodes of one cluster, of which"
                            + " Sense uses one after the other as they fail.")
    private @Nullable String url;

    @Option(
            names = "--cacert",
            paramLabel = "FILE",
            description = "For --hub: trust the certificate authorities in this file (PEM), and no others.")
    private @Nullable Path authorities;

    @Mixin
    private final HubKey key;

    /// Returns the command with that of its agent.
    public static CommandLine of(CommandContext context, Output out, Messages messages) {
        var sense = new RunSense(context, out, messages);
        var command = new CommandLine(sense).addSubcommand("agent", new RunAgent(context, out));
        sense.options.table().addTo(command.getCommandSpec());
        return command;
    }

    private RunSense(CommandContext context, Output out, Messages messages) {
        this.context = context;
        key = new HubKey(context);
        this.out = out;
        this.messages = messages;
    }

    @Override
    public Integer call() throws InvalidConfigurationException {
        // Before the first lookup: the JVM caches a failed lookup for ten seconds, so that the three runs
        // that confirm a failure would see the same result.
        Security.setProperty("networkaddress.cache.negative.ttl", "0");
        return new Serve(context, out, messages, options, new Program(file(), hub())).call();
    }

    private @Nullable Supplier<ClientBuilder> hub() {
        if (url == null) return null;
        var hub = new HubAccess(context);
        hub.at("--hub", url);
        hub.trust(authorities);
        key.apply(hub.builder()); // Mistakes are reported before anything starts.
        return () -> key.apply(hub.builder());
    }

    private @Nullable Path file() {
        if (file != null) return context.folder().resolve(file);
        Path standard = context.folder().resolve(FILE);
        return Files.exists(standard) ? standard : null;
    }

    private static final class Program implements HubProgram {
        private final @Nullable Path file;
        private final @Nullable Supplier<ClientBuilder> hub;
        private @Nullable Sense sense;

        Program(@Nullable Path file, @Nullable Supplier<ClientBuilder> hub) {
            this.file = file;
            this.hub = hub;
        }

        @Override
        public Map<String, Map<String, String>> retention() {
            return Sense.retention();
        }

        @Override
        public void on(Sluice own, @Nullable Path data) {
            try {
                var settings = new SenseOptions(data == null ? null : data.resolve(Sense.DATABASE), file);
                Sense created = Sense.on(own, hub == null ? settings : settings.withHub(hub));
                sense = created;
                own.onClose(created::close);
            } catch (CannotStartSenseException failed) {
                throw new CommandException(Exit.CONFIG, CommandException.messageOf(failed), failed);
            }
        }

        @Override
        public void start() {
            try {
                Objects.requireNonNull(sense).start();
            } catch (CannotStartSenseException failed) {
                throw new CommandException(Exit.CONFIG, CommandException.messageOf(failed), failed);
            }
        }

        @Override
        public String nextStep(URI hub) {
            return "Sense at " + hub.resolve("/sense/");
        }
    }
}
