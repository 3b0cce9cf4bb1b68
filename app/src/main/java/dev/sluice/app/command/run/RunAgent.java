package dev.sluice.app.command.run;

import dev.sluice.app.cli.CommandContext;
import dev.sluice.app.cli.CommandException;
import dev.sluice.app.cli.Exit;
import dev.sluice.app.cli.HubAccess;
import dev.sluice.app.cli.HubKey;
import dev.sluice.app.cli.Messages;
import dev.sluice.app.cli.Output;
import dev.sluice.app.cli.ShutdownSignal;
import dev.sluice.app.cli.TimeOption;
import dev.sluice.app.cli.Version;
import dev.sluice.client.SluiceException;
import dev.sluice.sense.Sense;
import dev.sluice.sense.agent.Agent;
import dev.sluice.sense.agent.MachineProbe;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// `sluice sense agent`: publishes the figures of this machine until it is stopped.
@Command(
        description = "Publish CPU, load, memory, disks, network and processes of this machine to a hub, every second.",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        abbreviateSynopsis = true,
        footer = {
            "",
            "The key needs the right to publish to sense/samples/NAME, and 'kid' or 'sub' must be NAME.",
            "Samples that the hub lacks are kept in memory (16 MiB, about two hours), and sent later.",
            "",
            "  sluice sense agent",
            "  sluice sense agent --to https://push.example --key-file /etc/sluice/agent.key --name db-1",
        })
final class RunAgent implements Callable<Integer> {
    private static final Duration INTERVAL_MAX = Duration.ofMinutes(1);

    private final CommandContext context;
    private final Output out;

    @Option(
            names = "--to",
            paramLabel = "URL[,URL…]",
            description =
                    "The hub, or the nodes of its cluster; default: SLUICE_URL, then " + HubAccess.DEFAULT_URL + ".")
    private @Nullable String to;

    /// The name of this option in all other commands, which some users try first.
    @Option(names = "--url", hidden = true)
    private @Nullable String url;

    @Option(
            names = "--cacert",
            paramLabel = "FILE",
            description = "For https: trust the certificate authorities in this file (PEM), and no others.")
    private @Nullable Path authorities;

    @Option(names = "--name", paramLabel = "NAME", description = "The server's name; default: its host name.")
    private @Nullable String name;

    @Option(
            names = "--interval",
            paramLabel = "TIME",
            converter = TimeOption.class,
            description = "The time between two samples, 1s to 1m; default: 1s.")
    private Duration interval = Duration.ofSeconds(1);

    @Mixin
    private final HubKey key;

    RunAgent(CommandContext context, Output out) {
        this.context = context;
        this.out = out;
        key = new HubKey(context);
    }

    @Override
    public Integer call() {
        var hub = hub();
        if (interval.compareTo(INTERVAL_MAX) > 0) throw new CommandException(Exit.USAGE, "--interval takes 1s to 1m.");
        String server = name();
        try (var stop = ShutdownSignal.begin();
                var agent =
                        new Agent(server, interval, new MachineProbe(), Clock.systemUTC(), key.apply(hub.builder()))) {
            Thread.ofVirtual().name("agent").start(() -> {
                try {
                    agent.run();
                } catch (InterruptedException closed) {
                    Thread.currentThread().interrupt();
                } catch (SluiceException reason) {
                    stop.fail(hub.failure(reason));
                } catch (RuntimeException defect) { // Otherwise the program would stay and report nothing.
                    stop.fail(defect);
                } finally {
                    stop.request();
                }
            });
            out.line("%s publishes %s to %s".formatted(Version.text(), Agent.CHANNELS + server, hub.uri()));
            stop.await();
        }
        return 0;
    }

    private HubAccess hub() {
        if (url != null)
            throw new CommandException(Exit.USAGE, "--url is called --to here: sluice sense agent --to URL.");
        var hub = new HubAccess(context);
        if (to != null) hub.at("--to", to);
        hub.trust(authorities);
        return hub;
    }

    private String name() {
        String given = name != null ? name : hostName();
        if (Sense.isName(given)) return given;
        throw new CommandException(
                Exit.USAGE,
                "--name takes up to 63 of a-z, 0-9, '.', '_' and '-', beginning with a letter or digit, not '"
                        + Messages.printable(given) + "'.");
    }

    /// The first part of the host's name: `db-1` of `db-1.example.org`.
    private String hostName() {
        String known = context.environment().get("HOSTNAME");
        try {
            String host = known != null ? known : InetAddress.getLocalHost().getHostName();
            return host.split("\\.", -1)[0].toLowerCase(Locale.ROOT);
        } catch (UnknownHostException unknown) {
            throw new CommandException(Exit.USAGE, "This machine's name is not known: set --name.", unknown);
        }
    }
}
