package dev.sluice.app.command.run;

import dev.sluice.Sluice;
import dev.sluice.app.cli.Loopback;
import dev.sluice.app.cli.Messages;
import dev.sluice.app.cli.Output;
import dev.sluice.app.cli.ShutdownSignal;
import dev.sluice.demos.Demo;
import dev.sluice.server.http.head.Suggestion;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// `sluice demo`: runs one of the demos on its own port until it is stopped.
@Command(
        description = "Run a demo, a small program that uses Sluice as a library. Without NAME, list them.",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        abbreviateSynopsis = true,
        footer = {
            "",
            "Pages of any origin may use a demo, including those from a file or another server.",
            "",
            "  sluice demo clock",
            "  sluice demo ticker --port 6660    ports below 1024 need root on many systems",
        })
public final class RunDemo implements Callable<Integer> {
    private static final int PORT_MAX = 65_535;

    private final Output out;
    private final Messages messages;

    @Spec
    private CommandSpec spec;

    @Parameters(
            index = "0",
            arity = "0..1",
            paramLabel = "NAME",
            description = "One of: ${COMPLETION-CANDIDATES}.",
            completionCandidates = Names.class)
    private @Nullable String name;

    @Option(names = "--host", paramLabel = "ADDRESS", description = "Listen on this address; default: 127.0.0.1.")
    private @Nullable String host;

    @Option(
            names = "--port",
            paramLabel = "PORT",
            description = "Listen on this port instead of the demo's own; 0 takes a free one.")
    private @Nullable Integer port;

    @Option(names = "--insecure", description = "Let everybody who can reach the demo use it, on any interface.")
    private boolean isInsecure;

    static final class Names implements Iterable<String> {
        @Override
        public Iterator<String> iterator() {
            return names().iterator();
        }
    }

    public RunDemo(Output out, Messages messages) {
        this.out = out;
        this.messages = messages;
    }

    private static List<String> names() {
        return Demo.all().stream().map(Demo::name).toList();
    }

    @Override
    public Integer call() {
        if (name == null) list();
        else run(demo(name));
        return 0;
    }

    private void list() {
        for (var demo : Demo.all()) {
            try (var server = demo.server()) {
                out.line(String.format(Locale.ROOT, "%-10s %5d  %s", demo.name(), server.port(), demo.shows()));
            }
        }
    }

    private Demo demo(String name) {
        return Demo.named(name)
                .orElseThrow(() -> new ParameterException(
                        spec.commandLine(),
                        "'" + name + "' is not a demo."
                                + Suggestion.nearest(name, names())
                                        .map(nearest -> " Did you mean '" + nearest + "'?")
                                        .orElse(" The demos are " + String.join(", ", names()) + ".")));
    }

    /// Runs until the process is asked to end, or this thread is interrupted.
    private void run(Demo demo) {
        try (var stop = ShutdownSignal.begin();
                var server = settings(demo.server())) {
            server.start();
            if (isInsecure) {
                messages.line("Warning: --insecure lets everybody who can reach " + server.uri() + " use the demo.");
            }
            out.line(demo.name() + " at " + server.uri() + ", its pages:");
            demo.pages().forEach(page -> out.line("  " + server.uri() + page));
            stop.await();
        }
    }

    private Sluice settings(Sluice server) {
        server.withoutShutdownHook(); // ShutdownSignal has a hook, which sets the exit code.
        if (host != null) {
            if (!isInsecure) Loopback.require(host, () -> "--host", "or add --insecure to allow that");
            server.host(host);
        }
        if (port != null) {
            if (port < 0 || port > PORT_MAX) {
                throw new ParameterException(
                        spec.commandLine(), "--port takes a number from 0 to " + PORT_MAX + ", not '" + port + "'.");
            }
            server.port(port);
        }
        return isInsecure ? server.insecure() : server;
    }
}
