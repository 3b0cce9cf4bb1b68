package dev.sluice.packaging;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;

/// A Debian with a running systemd and a network of its own.
final class BootedDebian implements AutoCloseable {
    private static final String BOOTED =
            "until [ -S /run/systemd/private ]; do sleep 0.1; done; systemctl is-system-running --wait";
    private static final List<String> VARIABLES =
            List.of("PATH=/usr/sbin:/usr/bin:/sbin:/bin", "DEBIAN_FRONTEND=noninteractive");

    private final LoneNetwork network = new LoneNetwork();
    private final DebianRoot debian;
    private final RunningProgram systemd;

    BootedDebian(Path folder) throws Exception {
        this(DebianRoot.withSystemd(folder));
    }

    BootedDebian(DebianRoot debian) throws Exception {
        this.debian = debian;
        String script = Path.of("boot-root").toAbsolutePath().toString();
        systemd = RunningProgram.start(
                List.of(script, network.name(), debian.root().folder().toString()));
        assertThat(run("sh", "-c", BOOTED).out()).isEqualTo("running\n");
    }

    DebianRoot root() {
        return debian;
    }

    LoneNetwork network() {
        return network;
    }

    /// The number of systemd on this machine, whose namespaces are the booted system.
    long pid() throws InterruptedException {
        return systemd.first().pid();
    }

    Command.Ended run(String... words) throws Exception {
        return systemd.exec("0:0", VARIABLES, words);
    }

    /// Runs a command; fails unless it succeeds.
    String succeed(String... words) throws Exception {
        Command.Ended ended = run(words);
        assertThat(ended.exitCode())
                .as("%s: %s%s", String.join(" ", words), ended.out(), ended.err())
                .isZero();
        return ended.out();
    }

    /// A property of the service, as `systemctl show` has it.
    String show(String property) throws Exception {
        return succeed("systemctl", "show", "--value", "--property=" + property, "sluice")
                .strip();
    }

    @Override
    public void close() {
        systemd.close();
        network.close();
    }
}
