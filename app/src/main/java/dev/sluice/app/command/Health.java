package dev.sluice.app.command;

import dev.sluice.app.cli.CommandContext;
import dev.sluice.app.cli.CommandException;
import dev.sluice.app.cli.Exit;
import dev.sluice.app.cli.Messages;
import dev.sluice.app.cli.Output;
import dev.sluice.app.cli.TimeOption;
import dev.sluice.app.config.ConfigurationReader;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/// `sluice health`: asks a hub for its state, as the health check of a container.
@Command(
        description =
                "Ask the hub of this machine whether it is ready, for health checks: exits with 0, or else with 1.",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        abbreviateSynopsis = true,
        footer = {
            "",
            "It finds the hub by the configuration file and the environment, as 'sluice serve' does; if there is",
            "an admin_port, there. It does not see the flags of 'serve': for 'serve --port 9000', name the hub",
            "by --url. It needs no key, and does not check the certificate of a hub on this machine.",
            "",
            "  sluice health",
            "  sluice health --live --timeout 10s",
            "  sluice health --url http://127.0.0.1:9000",
        })
final class Health implements Callable<Integer> {
    private final CommandContext context;
    private final Output out;

    @Option(names = "--url", paramLabel = "URL", description = "The hub, instead of the one that is configured here.")
    private @Nullable String url;

    @Option(
            names = "--live",
            description = "Ask whether it should be left running (/livez), not whether it is ready (/readyz).")
    private boolean isLive;

    @Option(
            names = "--timeout",
            paramLabel = "TIME",
            converter = TimeOption.class,
            description = "How long the answer may take; default: 3s.")
    private Duration timeMax = Duration.ofSeconds(3);

    @Option(
            names = "--config",
            paramLabel = "FILE",
            description = "The configuration file; default: SLUICE_CONFIG, then sluice.toml in this folder.")
    private @Nullable Path file;

    Health(CommandContext context, Output out) {
        this.context = context;
        this.out = out;
    }

    @Override
    public Integer call() {
        var probe = probe();
        var answer = answer(probe);
        var text = Messages.printable(answer.body().strip());
        if (answer.status() != 200) {
            throw failure("The hub at %s answers %s: %s".formatted(probe.uri(), answer.status(), text), null);
        }
        out.line(text);
        return 0;
    }

    private HealthProbe probe() {
        var path = isLive ? "livez" : "readyz";
        if (url != null) return HealthProbe.at(url, path);
        return HealthProbe.of(new ConfigurationReader(context.folder(), context.environment(), file).readValid(), path);
    }

    private CommandException late(HealthProbe probe, Throwable cause) {
        return failure("The hub at %s has not answered in %s s.".formatted(probe.uri(), timeMax.toSeconds()), cause);
    }

    /// Asks on another thread, because looking up a name has no time limit.
    private HealthProbe.Answer answer(HealthProbe probe) {
        var answer = new CompletableFuture<HealthProbe.Answer>();
        Thread.ofVirtual().name("sluice-health").start(() -> {
            try {
                answer.complete(probe.ask(timeMax));
            } catch (IOException | RuntimeException failed) {
                answer.completeExceptionally(failed);
            }
        });
        try {
            return answer.get(timeMax.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException late) {
            throw late(probe, late);
        } catch (ExecutionException failed) {
            var reason = failed.getCause();
            var cause = reason == null ? failed : reason;
            if (cause instanceof SocketTimeoutException) throw late(probe, cause);
            throw failure(
                    "No hub answers at %s (%s).".formatted(probe.uri(), CommandException.messageOf(cause)), cause);
        } catch (InterruptedException interrupted) {
            throw new CommandException(Exit.INTERRUPTED, "Interrupted.", interrupted);
        }
    }

    private static CommandException failure(String message, @Nullable Throwable cause) {
        return new CommandException(Exit.REFUSED, message, cause);
    }
}
