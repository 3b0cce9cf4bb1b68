package dev.sluice.app.command;

import dev.sluice.Sluice;
import dev.sluice.app.config.Nearest;
import dev.sluice.demos.Demo;
import dev.sluice.server.CannotListen;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// `sluice demo`: one of the demos on a port of its own, until it is told to stop.
@Command(
        description = "Run a demo, a small program that uses Sluice as a library. Without NAME, list them.",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        abbreviateSynopsis = true,
        footer = {
            "",
            "Pages of any origin may use a demo: those of a file or of another server too.",
            "",
            "  sluice demo clock",
            "  sluice demo ticker --port 6660    666 is for root alone on many systems",
        })
final class RunDemo implements Callable<Integer> {
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

    @Option(names = "--host", paramLabel = "ADDRESS", description = "Listen there; 127.0.0.1 unless told otherwise.")
    private @Nullable String host;

    @Option(
            names = "--port",
            paramLabel = "PORT",
            description = "Listen on this port, not on the demo's own; 0 takes a free one.")
    private @Nullable Integer port;

    @Option(names = "--insecure", description = "Let everybody who can reach the demo use it, on any interface.")
    private boolean isInsecure;

    static final class Names implements Iterable<String> {
        @Override
        public Iterator<String> iterator() {
            return names().iterator();
        }
    }

    RunDemo(Output out, Messages messages) {
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
                out.line("%-10s %5d  %s".formatted(demo.name(), server.port(), demo.shows()));
            }
        }
    }

    private Demo demo(String name) {
        return Demo.named(name)
                .orElseThrow(() -> new ParameterException(
                        spec.commandLine(),
                        "'" + name + "' is no demo."
                                + Nearest.to(name, names())
                                        .map(nearest -> " Did you mean '" + nearest + "'?")
                                        .orElse(" There are " + String.join(", ", names()) + ".")));
    }

    /// Runs until the process is told to end, or this thread is interrupted.
    private void run(Demo demo) {
        try (var stop = Stop.begin();
                var server = settings(demo.server())) {
            start(server);
            if (isInsecure) {
                messages.line("Warning: --insecure lets everybody who can reach " + server.uri() + " use the demo.");
            }
            out.line(demo.name() + " at " + server.uri() + ", its pages:");
            demo.pages().forEach(page -> out.line("  " + server.uri() + page));
            stop.await();
        }
    }

    private Sluice settings(Sluice server) {
        server.withoutShutdownHook(); // Stop has one, which decides the exit code.
        if (host != null) {
            if (!isInsecure) Loopback.require(host, "--host");
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

    private static void start(Sluice server) {
        try {
            server.start();
        } catch (CannotListen refused) {
            throw refused.advising("Stop what uses it, or choose another with --port.");
        }
    }
}
