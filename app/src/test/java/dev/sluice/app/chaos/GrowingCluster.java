package dev.sluice.app.chaos;

import dev.sluice.app.cli.CommandContext;
import dev.sluice.app.command.RootCommand;
import dev.sluice.app.killed.HubProcess;
import dev.sluice.core.Ports;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// A hub that becomes a cluster, which nodes join and leave, until one is left and is a hub alone again. Each
/// is a separate process.
final class GrowingCluster implements AutoCloseable {
    private static final String TOKEN = "a secret of the nodes, of 32 bytes or more";

    /// The exit code of a node that was removed (sysexits.h: EX_IOERR).
    private static final int REMOVED = 74;

    private final Path folder;
    private final List<Node> nodes = new CopyOnWriteArrayList<>();
    private int started;

    /// @param address for the other nodes
    /// @param file    the file with its settings
    record Node(String address, boolean votes, Path file, HubProcess process) {}

    /// Starts a single hub.
    GrowingCluster(Path folder) throws IOException {
        this.folder = folder;
        Files.writeString(folder.resolve("token"), TOKEN);
        nodes.add(start("127.0.0.1:" + Ports.free(), true, started++, ""));
    }

    private Node start(String address, boolean votes, int number, String settings) throws IOException {
        Path file = Files.writeString(folder.resolve("node-" + number + ".toml"), settings);
        Path data = folder.resolve("node-" + number);
        return new Node(address, votes, file, new HubProcess(List.of(), data, "--config=" + file));
    }

    /// Any serving node, including one that is being removed.
    String any(Random random) {
        List<Node> now = List.copyOf(nodes);
        return now.get(random.nextInt(now.size())).process.url();
    }

    List<String> urls() {
        return nodes.stream().map(each -> each.process.url()).toList();
    }

    /// Starts the hub again as a cluster of one.
    void found() throws Exception {
        Node alone = nodes.getFirst();
        alone.process.stop();
        Files.writeString(alone.file, settings(List.of(alone.address), alone.address, true));
        alone.process.restart();
    }

    /// Any node that does not vote.
    String anyListener(Random random) {
        List<Node> now = nodes.stream().filter(each -> !each.votes).toList();
        return now.get(random.nextInt(now.size())).process.url();
    }

    /// Starts nodes with empty folders, all at once, and waits until they belong to the cluster.
    void grow(int count) throws Exception {
        grow(count, true);
    }

    /// @param votes whether the nodes vote
    void grow(int count, boolean votes) throws Exception {
        List<String> addresses =
                new ArrayList<>(nodes.stream().map(Node::address).toList());
        List<Thread> starting = new ArrayList<>();
        List<Node> joined = new CopyOnWriteArrayList<>();
        for (int i = 0; i < count; i++) {
            String address = "127.0.0.1:" + Ports.free();
            List<String> known =
                    Stream.concat(addresses.stream(), Stream.of(address)).toList();
            int number = started++;
            starting.add(Thread.ofPlatform().start(() -> {
                try {
                    joined.add(start(address, votes, number, settings(known, address, votes)));
                } catch (IOException failed) {
                    throw new IllegalStateException(failed);
                }
            }));
        }
        for (Thread each : starting) each.join();
        if (joined.size() < count) throw new AssertionError("a node did not join");
        nodes.addAll(joined);
    }

    private String settings(List<String> addresses, String address, boolean votes) {
        return """
                [cluster]
                nodes = [%s]
                node = "%s"
                token_file = "%s"
                votes = %b
                """.formatted(
                        addresses.stream().map(each -> '"' + each + '"').collect(Collectors.joining(", ")),
                        address,
                        folder.resolve("token"),
                        votes);
    }

    /// The answer of `sluice cluster status`, with the URL of each node.
    String status() {
        return run("cluster", "status", "--config=" + nodes.getFirst().file)
                + nodes.stream()
                        .map(each -> each.address + " is " + each.process.url())
                        .collect(Collectors.joining("\n"));
    }

    /// The node that leads.
    Node leader() {
        String status = status();
        for (Node each : nodes) {
            if (status.lines().anyMatch(line -> line.startsWith(each.address + " ") && line.contains(" leader ")))
                return each;
        }
        throw new AssertionError("no node leads: " + status);
    }

    Node follower() {
        Node leader = leader();
        return nodes.stream().filter(each -> each != leader).findFirst().orElseThrow();
    }

    /// Removes a node, and waits until it has noticed and ended.
    void remove(Node node) throws InterruptedException {
        Node asked = nodes.stream().filter(each -> each != node).findFirst().orElseThrow();
        String done = run("cluster", "remove", "--config=" + asked.file, node.address);
        if (!done.contains("no longer belongs to the cluster")) throw new AssertionError(done);
        int code = node.process.awaitEnd();
        nodes.remove(node);
        if (code != REMOVED) throw new AssertionError(node.address + " ended with " + code);
    }

    /// Starts the only remaining node as a single hub.
    void standAlone() throws Exception {
        if (nodes.size() > 1) throw new IllegalStateException("there are others");
        Node last = nodes.getFirst();
        last.process.stop();
        Files.writeString(last.file, "");
        last.process.restart();
    }

    /// @return the output of the command
    private String run(String... arguments) {
        var out = new ByteArrayOutputStream();
        var printed = new PrintStream(out, true, StandardCharsets.UTF_8);
        var context = new CommandContext(
                InputStream.nullInputStream(), out, printed, Map.of(), folder, false, readerGone -> {});
        RootCommand.run(context, arguments);
        return out.toString(StandardCharsets.UTF_8);
    }

    @Override
    public void close() {
        nodes.forEach(each -> each.process.close());
    }
}
