package dev.sluice.packaging;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/// A Debian system with its required packages and those that the package depends on, and nothing else.
final class DebianRoot {
    private static final Duration TIME_MAX = Duration.ofMinutes(20);
    private static final String SUITE = "bookworm"; // The oldest with the libraries that docs/deploy.md names.
    private static final String PACKAGES = "adduser,libstdc++6";
    private static final String SYSTEMD = ",systemd,systemd-sysv";
    private static final String TUTORIAL = ",curl,openssl,python3"; // What docs/tutorial.md asks its readers to have.
    private static final String SUDO = ",sudo"; // Its readers install packages with it.

    private static final List<String> VARIABLES =
            List.of("--env", "PATH=/usr/sbin:/usr/bin:/sbin:/bin", "--env", "DEBIAN_FRONTEND=noninteractive");

    private final Root root;

    private DebianRoot(Root root) {
        this.root = root;
    }

    /// The package that is installed.
    static Path deb() throws Exception {
        return Packages.build("deb").resolve("sluice_" + Packages.VERSION.replace('-', '~') + "-1_amd64.deb");
    }

    /// Makes one without systemd in a folder.
    static DebianRoot in(Path folder) throws Exception {
        return copy(made("target/debian", PACKAGES), folder);
    }

    /// Makes one that can be booted.
    static DebianRoot withSystemd(Path folder) throws Exception {
        return copy(made("target/debian-systemd", PACKAGES + SYSTEMD), folder);
    }

    /// Makes one with the tools that the tutorial names.
    static DebianRoot ofReaders(Path folder) throws Exception {
        return copy(made("target/debian-readers", PACKAGES + TUTORIAL), folder);
    }

    /// Makes one with the tools that the tutorial names, which can be booted.
    static DebianRoot ofReadersWithSystemd(Path folder) throws Exception {
        return copy(made("target/debian-readers-systemd", PACKAGES + TUTORIAL + SUDO + SYSTEMD), folder);
    }

    private static DebianRoot copy(Path made, Path folder) throws Exception {
        run("cp", "--archive", made.toString(), folder.resolve("root").toString());
        return new DebianRoot(new Root(folder.resolve("root"), VARIABLES));
    }

    /// Downloads the packages once for all tests of this checkout.
    private static synchronized Path made(String name, String packages) throws Exception {
        Path made = Path.of(name).toAbsolutePath();
        if (Files.notExists(made)) {
            Path next = Path.of(name + ".next").toAbsolutePath();
            run("rm", "-rf", next.toString());
            run("debootstrap", "--variant=minbase", "--include=" + packages, SUITE, next.toString());
            Files.move(next, made);
        }
        return made;
    }

    private static void run(String... words) throws Exception {
        Command.Ended ended = Command.run(Path.of("/"), TIME_MAX, Map.of(), List.of(words));
        if (ended.exitCode() != 0) throw new AssertionError(String.join(" ", words) + ": " + ended.out() + ended.err());
    }

    Root root() {
        return root;
    }

    Path file(String path) {
        return root.folder().resolve(path.substring(1));
    }

    /// Installs or upgrades to a package as a machine does by itself at night: nobody answers questions.
    void install(Path deb, String... options) throws Exception {
        succeed(installation(deb, options));
        Files.delete(file("/root/sluice.deb"));
    }

    /// The command that installs a package, which is put where it is found.
    String[] installation(Path deb, String... options) throws IOException {
        Files.copy(deb, file("/root/sluice.deb"), StandardCopyOption.REPLACE_EXISTING);
        String[] words = {"apt-get", "--yes", "-o", "APT::Sandbox::User=root"};
        return concat(concat(words, options), "install", "/root/sluice.deb");
    }

    private static String[] concat(String[] first, String... second) {
        return Stream.concat(Stream.of(first), Stream.of(second)).toArray(String[]::new);
    }

    /// Runs a command as root; fails unless it succeeds.
    String succeed(String... words) throws Exception {
        Command.Ended ended = root.run(words);
        assertThat(ended.exitCode())
                .as("%s: %s%s", String.join(" ", words), ended.out(), ended.err())
                .isZero();
        return ended.out();
    }
}
