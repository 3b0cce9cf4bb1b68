package dev.sluice.packaging;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;

/// A network of its own, with a loopback interface and nothing else. Tests use the same ports in their networks.
final class LoneNetwork implements AutoCloseable {
    private static final AtomicInteger COUNT = new AtomicInteger();

    private final String name = "sluice-" + ProcessHandle.current().pid() + "-" + COUNT.incrementAndGet();

    /// Makes a network with IPv4 and IPv6.
    LoneNetwork() throws Exception {
        ip("netns", "add", name);
        ip("-n", name, "link", "set", "lo", "up");
    }

    /// Makes a network without IPv4, whose machine has an address.
    static LoneNetwork ofIPv6(String address) throws Exception {
        LoneNetwork network = new LoneNetwork();
        ip("-n", network.name, "address", "delete", "127.0.0.1/8", "dev", "lo");
        ip("-n", network.name, "address", "add", address + "/128", "dev", "lo");
        return network;
    }

    String name() {
        return name;
    }

    /// Asks a server of the network with curl.
    Command.Ended curl(String... arguments) throws Exception {
        List<String> command = new ArrayList<>(
                List.of("ip", "netns", "exec", name, "curl", "--silent", "--show-error", "--max-time", "60"));
        command.addAll(List.of(arguments));
        return Command.run(Path.of("/"), Duration.ofMinutes(2), Map.of(), command);
    }

    private static void ip(String... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of("ip"));
        command.addAll(List.of(arguments));
        Command.Ended ended = Command.run(Path.of("/"), Duration.ofMinutes(1), Map.of(), command);
        if (ended.exitCode() != 0) throw new AssertionError(command + ": " + ended.err());
    }

    @Override
    public void close() {
        try {
            ip("netns", "delete", name);
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
