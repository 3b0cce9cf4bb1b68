package dev.sluice.app.command;

import dev.sluice.Sluice;
import dev.sluice.config.InvalidConfiguration;
import dev.sluice.sense.CannotStartSense;
import dev.sluice.sense.Sense;
import dev.sluice.sense.SenseOptions;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
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
        })
final class RunSense implements Callable<Integer> {
    /// The file that is read by default, if it exists.
    private static final String FILE = "sense.toml";

    private final CommandContext context;
    private final Output out;
    private final Messages messages;

    @Mixin
    private final HubOptions options = new HubOptions();

    @Option(
            names = "--config",
            paramLabel = "FILE",
            description = "The file with checks and notifiers; default: sense.toml in this folder, if there is one.")
    private @Nullable Path file;

    /// Returns the command with that of its agent.
    static CommandLine of(CommandContext context, Output out, Messages messages) {
        return new CommandLine(new RunSense(context, out, messages)).addSubcommand("agent", new RunAgent(context, out));
    }

    private RunSense(CommandContext context, Output out, Messages messages) {
        this.context = context;
        this.out = out;
        this.messages = messages;
    }

    @Override
    public Integer call() throws InvalidConfiguration {
        return new Serve(context, out, messages, options, new Program(file())).call();
    }

    private @Nullable Path file() {
        if (file != null) return context.folder().resolve(file);
        Path standard = context.folder().resolve(FILE);
        return Files.exists(standard) ? standard : null;
    }

    private static final class Program implements HubProgram {
        private final @Nullable Path file;
        private @Nullable Sense sense;

        Program(@Nullable Path file) {
            this.file = file;
        }

        @Override
        public Map<String, Map<String, String>> retention() {
            return Sense.retention();
        }

        @Override
        public void on(Sluice hub, @Nullable Path data) {
            try {
                Sense created =
                        Sense.on(hub, new SenseOptions(data == null ? null : data.resolve(Sense.DATABASE), file));
                sense = created;
                hub.onClose(created::close);
            } catch (CannotStartSense failed) {
                throw new Failure(Exit.CONFIG, Failure.messageOf(failed), failed);
            }
        }

        @Override
        public void start() {
            try {
                Objects.requireNonNull(sense).start();
            } catch (CannotStartSense failed) {
                throw new Failure(Exit.CONFIG, Failure.messageOf(failed), failed);
            }
        }

        @Override
        public String nextStep(URI hub) {
            return "Sense at " + hub.resolve("/sense/");
        }
    }
}
