package dev.sluice.packaging;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The Debian package in a system without anything else, in which no systemd runs.
@Tag("long")
final class DebianPackageTest {
    private static final Duration GRACE = Duration.ofSeconds(30);
    private static final Duration TIME_MAX = Duration.ofMinutes(10);
    private static final String CONFIGURATION = "/etc/sluice/sluice.toml";
    private static final int PORT = 8420;
    private static final Pattern DATA = Pattern.compile("\"data\":\"([^\"]*)\"");

    private static Path deb;

    @TempDir
    private Path folder;

    @BeforeAll
    static void build() throws Exception {
        deb = DebianRoot.deb();
    }

    @Test
    void hasNoErrorOfLintian() throws Exception {
        Command.Ended ended = host("lintian", "--fail-on", "error", "--allow-root", deb.toString());

        assertThat(ended.exitCode()).as(ended.out() + ended.err()).isZero();
    }

    @Test
    void givesTheHubAUserAndItsFilesToNobodyElse() throws Exception {
        DebianRoot debian = installed();

        assertThat(debian.succeed("stat", "-c", "%A %U:%G", CONFIGURATION)).isEqualTo("-rw-r----- root:sluice\n");
        assertThat(debian.succeed("stat", "-c", "%A %U:%G", "/var/lib/sluice")).isEqualTo("drwx------ sluice:sluice\n");
        assertThat(debian.succeed("getent", "passwd", "sluice")).contains(":/var/lib/sluice:/usr/sbin/nologin");
        assertThat(debian.succeed("find", "/usr/lib/sluice", "!", "-user", "root"))
                .isEmpty();
        assertThat(debian.succeed("find", "/usr/lib/sluice", "/etc/sluice", "-perm", "/022", "!", "-type", "l"))
                .isEmpty();
        assertThat(debian.succeed("dpkg", "--verify", "sluice")).isEmpty();
        assertThat(debian.succeed("sluice", "--version")).startsWith("sluice ");
    }

    @Test
    void keepsDataAndConfigurationOverAnUpgradeWithoutQuestions() throws Exception {
        DebianRoot debian = installed();
        publish(debian, "first");
        append(debian, "\n[[channel]]\nmatch = \"**\"\n");

        debian.install(RevisedPackage.of(deb, "", folder));

        assertThat(debian.succeed("dpkg-query", "--show", "--showformat=${Version}", "sluice"))
                .endsWith("-2");
        assertThat(debian.file(CONFIGURATION)).content().endsWith("match = \"**\"\n");
        assertThat(debian.succeed("stat", "-c", "%A %U:%G", CONFIGURATION)).isEqualTo("-rw-r----- root:sluice\n");
        publish(debian, "second");
        assertThat(events(debian)).containsExactly("first", "second");
    }

    /// The words of docs/deploy.md for machines that upgrade by themselves.
    @Test
    void keepsAnEditWhereTheFileOfThePackageChangedToo() throws Exception {
        DebianRoot debian = installed();
        append(debian, "# edited\n");

        debian.install(
                RevisedPackage.of(deb, "# of a later version\n", folder), "-o", "Dpkg::Options::=--force-confold");

        assertThat(debian.file(CONFIGURATION)).content().endsWith("# edited\n").doesNotContain("later version");
    }

    @Test
    void keepsDataWhenRemovedAndDeletesItWhenPurged() throws Exception {
        DebianRoot debian = installed();
        publish(debian, "kept");

        debian.succeed("apt-get", "--yes", "remove", "sluice");

        assertThat(debian.file("/usr/lib/sluice")).doesNotExist();
        assertThat(debian.file(CONFIGURATION)).exists();
        debian.install(deb);
        assertThat(events(debian)).containsExactly("kept");

        debian.succeed("apt-get", "--yes", "purge", "sluice");

        // Not /tmp, which is the unit's own: there each JVM leaves a folder.
        assertThat(debian.succeed(
                        "find", "/", "-xdev", "-name", "*sluice*", "!", "-path", "/proc/*", "!", "-path", "/tmp/*"))
                .isEmpty();
    }

    @Test
    void purgesNoDataFolderElsewhere() throws Exception {
        DebianRoot debian = installed();
        debian.succeed("install", "-d", "-o", "sluice", "-g", "sluice", "/srv/hub");
        Path configuration = debian.file(CONFIGURATION);
        Files.writeString(configuration, Files.readString(configuration).replace("/var/lib/sluice", "/srv/hub"));
        publish(debian, "elsewhere");

        debian.succeed("apt-get", "--yes", "purge", "sluice");

        assertThat(debian.file("/srv/hub/db")).isDirectory();
        debian.install(deb);
        Files.writeString(configuration, Files.readString(configuration).replace("/var/lib/sluice", "/srv/hub"));
        assertThat(events(debian)).containsExactly("elsewhere");
    }

    @Test
    void isPurgedAlthoughAnotherFileSystemIsInTheDataFolder() throws Exception {
        DebianRoot debian = installed();
        debian.succeed("install", "-d", "/var/lib/sluice/db", "/var/lib/sluice/backups");

        String printed = debian.succeed(
                "sh",
                "-ec",
                "mount -t tmpfs tmpfs /var/lib/sluice/backups; touch /var/lib/sluice/backups/kept;"
                        + " apt-get --yes purge sluice 2>&1; ls /var/lib/sluice /var/lib/sluice/backups");

        assertThat(printed)
                .contains("sluice: not all of /var/lib/sluice could be removed")
                .endsWith("/var/lib/sluice:\nbackups\n\n/var/lib/sluice/backups:\nkept\n");
    }

    private DebianRoot installed() throws Exception {
        DebianRoot debian = DebianRoot.in(folder);
        debian.install(deb);
        return debian;
    }

    private static void append(DebianRoot debian, String text) throws Exception {
        Files.writeString(debian.file(CONFIGURATION), text, StandardOpenOption.APPEND);
    }

    private void publish(DebianRoot debian, String data) throws Exception {
        try (LoneNetwork network = new LoneNetwork();
                RunningProgram hub = serve(debian, network)) {
            assertThat(network.curl("--fail", "-d", data, "http://127.0.0.1:" + PORT + "/channels/news")
                            .out())
                    .contains("\"id\":");
            assertThat(hub.terminate(GRACE)).isZero();
        }
    }

    /// What a reader of the hub gets.
    private List<String> events(DebianRoot debian) throws Exception {
        try (LoneNetwork network = new LoneNetwork();
                RunningProgram hub = serve(debian, network)) {
            String page = network.curl("--fail", "http://127.0.0.1:" + PORT + "/channels/news?after=earliest")
                    .out();
            assertThat(hub.terminate(GRACE)).isZero();
            return DATA.matcher(page).results().map(each -> each.group(1)).toList();
        }
    }

    /// Starts the hub as the unit does.
    private static RunningProgram serve(DebianRoot debian, LoneNetwork network) throws Exception {
        String unit = Files.readString(debian.file("/usr/lib/systemd/system/sluice.service"));
        String command = unit.replaceFirst("(?s).*\nExecStart=([^\n]*)\n.*", "$1");
        RunningProgram hub = debian.root()
                .with("--network", network.name(), "--user", "sluice:sluice", "--folder", "/var/lib/sluice")
                .start(command.split(" "));
        hub.await(" at http");
        return hub;
    }

    private Command.Ended host(String... words) throws Exception {
        return Command.run(folder, TIME_MAX, Map.of(), List.of(words));
    }
}
