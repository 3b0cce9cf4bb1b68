package dev.sluice.app.command.cluster;

import dev.sluice.app.cli.CommandContext;
import dev.sluice.app.cli.CommandException;
import dev.sluice.app.cli.Exit;
import dev.sluice.app.cli.Output;
import dev.sluice.app.cli.ShutdownSignal;
import dev.sluice.config.setting.Quoted;
import dev.sluice.storage.folder.OwnerOnly;
import java.io.BufferedReader;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/// `sluice cluster`: runs a cluster on this machine for trying it out, with a process for each node.
@Command(
        description =
                "Run three hubs on this machine that keep one log, to try: a process for each. docs/cluster.md says how"
                        + " to do it on three machines. The commands are for the nodes of any cluster.",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        abbreviateSynopsis = true,
        footer = {"", "  sluice cluster", "  sluice cluster --data /tmp/cluster --port 9001"})
public final class RunCluster implements Callable<Integer> {
    private static final String MAIN = "dev.sluice.app.Main";
    private static final int NODES = 3;
    private static final int SECRET_BYTES = 48;
    private static final int END_SECONDS = 30;

    private final CommandContext context;
    private final Output out;

    @Option(
            names = "--data",
            paramLabel = "DIR",
            defaultValue = "cluster",
            description = "The folder of the nodes' folders and files; default: ${DEFAULT-VALUE}.")
    private Path data = Path.of("cluster");

    @Option(
            names = "--port",
            paramLabel = "PORT",
            defaultValue = "8421",
            description = "The first node's port; the others have the next ones; default: ${DEFAULT-VALUE}.")
    private int port;

    @Option(
            names = "--node-port",
            paramLabel = "PORT",
            defaultValue = "9420",
            description = "The first of six ports for what nodes say to each other; default: ${DEFAULT-VALUE}.")
    private int nodePort;

    /// Returns the command with those for operators of any cluster.
    public static CommandLine of(CommandContext context, Output out) {
        return new CommandLine(new RunCluster(context, out))
                .addSubcommand("status", new ClusterStatus(context, out))
                .addSubcommand("remove", new ClusterRemove(context, out))
                .addSubcommand("lead", new ClusterLead(context, out))
                .addSubcommand("certs", new ClusterCerts(context, out))
                .addSubcommand("recover", new ClusterRecover(context, out));
    }

    private RunCluster(CommandContext context, Output out) {
        this.context = context;
        this.out = out;
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        Path folder = context.folder().resolve(data).toAbsolutePath().normalize();
        List<Path> files = files(folder);
        try (var stop = ShutdownSignal.begin()) {
            var ready = new CountDownLatch(NODES);
            List<Process> nodes = new ArrayList<>();
            try {
                for (int i = 0; i < NODES; i++) nodes.add(start(i, files.get(i), ready, stop));
                Thread.ofVirtual().start(() -> tellWhenReady(ready, files, stop));
                stop.await();
            } finally {
                nodes.forEach(Process::destroy);
                for (Process each : nodes) if (!each.waitFor(END_SECONDS, TimeUnit.SECONDS)) each.destroyForcibly();
            }
        }
        return 0;
    }

    /// Writes the nodes' configurations, and a secret for all of them, unless they are there.
    private List<Path> files(Path folder) throws IOException {
        Files.createDirectories(folder);
        Path token = folder.resolve("token");
        if (!Files.exists(token)) {
            byte[] secret = new byte[SECRET_BYTES];
            new SecureRandom().nextBytes(secret);
            OwnerOnly.write(token, Base64.getEncoder().encodeToString(secret) + "\n");
        }
        List<Path> files = new ArrayList<>();
        for (int i = 0; i < NODES; i++) {
            files.add(Files.writeString(folder.resolve("node-" + (i + 1) + ".toml"), configuration(i, folder, token)));
        }
        return files;
    }

    private String configuration(int node, Path folder, Path token) {
        String addresses = IntStream.range(0, NODES)
                .mapToObj(each -> '"' + address(each) + '"')
                .collect(Collectors.joining(", "));
        return String.format(
                Locale.ROOT,
                """
                port = %d

                [storage]
                data = %s

                [cluster]
                nodes = [%s]
                node = "%s"
                token_file = %s
                """,
                port + node,
                Quoted.text(folder.resolve("node-" + (node + 1)).toString()),
                addresses,
                address(node),
                Quoted.text(token.toString()));
    }

    private String address(int node) {
        return "127.0.0.1:" + (nodePort + 2 * node);
    }

    /// Starts a node with the JVM and the flags of this process.
    private Process start(int node, Path file, CountDownLatch ready, ShutdownSignal stop) throws IOException {
        List<String> words = new ArrayList<>();
        words.add(ProcessHandle.current().info().command().orElse("java"));
        words.addAll(ManagementFactory.getRuntimeMXBean().getInputArguments());
        words.addAll(List.of("-cp", System.getProperty("java.class.path"), MAIN));
        words.addAll(List.of("serve", "--config", file.toString()));
        Process process = new ProcessBuilder(words)
                .directory(context.folder().toAbsolutePath().toFile())
                .redirectErrorStream(true)
                .start();
        Thread.ofVirtual().start(() -> pass(node, process, file, ready, stop));
        return process;
    }

    /// Prints the output of a node, with its number before each line.
    private void pass(int node, Process process, Path file, CountDownLatch ready, ShutdownSignal stop) {
        String number = (node + 1) + "| ";
        try (BufferedReader lines = process.inputReader()) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                out.line(number + line);
                if (line.contains(", log in ")) ready.countDown();
            }
            int code = process.waitFor();
            out.line(number + "ended with code " + code + ". Start it again in another terminal: sluice serve --config "
                    + file);
            if (ready.getCount() > 0) stop.fail("Node " + (node + 1) + " did not start, as it says above.");
        } catch (IOException failed) {
            stop.fail(new CommandException(
                    Exit.IO, "The output of node " + (node + 1) + " can't be read: " + failed, failed));
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        } catch (Output.BrokenPipeException | CommandException ended) {
            stop.fail(ended); // Ends like a command that prints on its own thread.
        }
    }

    private void tellWhenReady(CountDownLatch ready, List<Path> files, ShutdownSignal stop) {
        try {
            ready.await();
            out.text(introduction(files));
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        } catch (Output.BrokenPipeException | CommandException ended) {
            stop.fail(ended);
        }
    }

    private String introduction(List<Path> files) {
        return String.format(
                Locale.ROOT, """

                Three nodes, one log. Try, each in a terminal of its own:
                  sluice sub --url http://127.0.0.1:%d news            read from the third node
                  curl -d hello http://127.0.0.1:%d/channels/news      publish to the second
                  pkill -9 -f %s       kill the first, and publish again
                  sluice cluster status --config %s
                Ctrl-C ends all.
                """, port + 2, port + 1, files.getFirst().getFileName(), files.get(1));
    }
}
