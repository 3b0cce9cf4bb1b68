package dev.sluice.packaging;

import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/// A network in which each pod has its own interface and address, as in a cluster. The network is a separate
/// network namespace: no traffic enters or leaves it, and closing it leaves nothing behind. Needs root's
/// rights.
final class PodNetwork implements AutoCloseable {
    private static final String BRIDGE = """
            mount -t tmpfs tmpfs /run
            mkdir /run/netns
            ip link set lo up
            ip link add pods type bridge
            ip link set pods up
            """;
    private static final String JOIN = """
            ip netns add "$1"
            ip link add "v-$1" type veth peer name eth0 netns "$1"
            ip link set "v-$1" master pods up
            ip -n "$1" link set lo up
            ip -n "$1" address add "$2" dev eth0 $3
            ip -n "$1" link set eth0 up
            """;

    private static final int SECONDS_MAX = 30;

    /// The kind of addresses that pods have.
    enum Family {
        IPV4("10.8.0.%d", "/24", ""),
        IPV6("fd00:8::%x", "/64", "nodad");

        private final String address;
        private final String mask;
        private final String flags;

        Family(String address, String mask, String flags) {
            this.address = address;
            this.mask = mask;
            this.flags = flags;
        }

        String address(int number) {
            return address.formatted(number);
        }
    }

    private final Family family;
    private final Process holder;
    private int last = 1;

    PodNetwork(Family family) throws IOException, InterruptedException {
        this.family = family;
        holder = new ProcessBuilder("unshare", "--mount", "--net", "sh", "-ec", BRIDGE + "echo ready\nexec cat")
                .redirectError(Redirect.INHERIT)
                .start();
        if (!"ready".equals(holder.inputReader().readLine())) {
            throw new AssertionError("no network for pods: it needs root's rights and the programs unshare and ip");
        }
        run("ip address add $1 dev pods $2", address(1) + family.mask, family.flags);
    }

    String address(int number) {
        return family.address(number);
    }

    /// Adds a namespace for a pod, which has an address that no pod had before.
    ///
    /// @return the number of the address, which also names the namespace
    int join() throws IOException, InterruptedException {
        last++;
        run(JOIN, name(last), address(last) + family.mask, family.flags);
        return last;
    }

    /// The command of a program in the network, outside the pods.
    List<String> command(List<String> program) {
        List<String> words =
                new ArrayList<>(List.of("nsenter", "--target", Long.toString(holder.pid()), "--mount", "--net"));
        words.addAll(program);
        return words;
    }

    /// The command of a program in the namespace of a pod, with other mounts and host name than the rest of
    /// the machine.
    List<String> command(int number, List<String> program) {
        List<String> words =
                new ArrayList<>(List.of("ip", "netns", "exec", name(number), "unshare", "--mount", "--uts"));
        words.addAll(program);
        return command(words);
    }

    private static String name(int number) {
        return "pod" + number;
    }

    private void run(String script, String... arguments) throws IOException, InterruptedException {
        List<String> words = new ArrayList<>(List.of("sh", "-ec", script, "sh"));
        words.addAll(List.of(arguments));
        Process process = new ProcessBuilder(command(words))
                .redirectErrorStream(true)
                .redirectOutput(Redirect.INHERIT)
                .start();
        if (!process.waitFor(SECONDS_MAX, TimeUnit.SECONDS) || process.exitValue() != 0) {
            process.destroyForcibly();
            throw new AssertionError("the network of the pods failed at " + script);
        }
    }

    @Override
    public void close() {
        holder.destroyForcibly();
    }
}
