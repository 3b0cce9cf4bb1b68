package dev.sluice.packaging;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The service of the Debian package, under systemd.
@Tag("long")
final class DebianServiceTest {
    private static final String HUB = "http://127.0.0.1:8420";
    private static final String EX_CONFIG = "78";

    /// Asks until the hub answers, as a start takes a while.
    private static final String[] PATIENTLY = {"--fail", "--retry", "60", "--retry-delay", "1", "--retry-all-errors"};

    private static Path deb;

    @TempDir
    private Path folder;

    @AutoClose
    private BootedDebian debian;

    @BeforeAll
    static void build() throws Exception {
        deb = DebianRoot.deb();
    }

    @BeforeEach
    void boot() throws Exception {
        debian = new BootedDebian(folder);
    }

    @Test
    void runsFromItsInstallationOnAndOverUpgrades() throws Exception {
        install(deb);
        awaitReady();
        publish("kept");

        install(RevisedPackage.of(deb, "", folder));

        awaitReady();
        assertThat(events()).contains("\"data\":\"kept\"");
        debian.succeed("apt-get", "--yes", "remove", "sluice");
        assertThat(debian.run("pidof", "java").exitCode()).isEqualTo(1);
        assertThat(debian.root().file("/var/lib/sluice/db")).isDirectory();
    }

    @Test
    void isInactiveAndNotFailedAfterAStop() throws Exception {
        install(deb);
        awaitReady();

        debian.succeed("systemctl", "stop", "sluice");

        assertThat(debian.show("ActiveState")).isEqualTo("inactive");
        assertThat(debian.show("Result")).isEqualTo("success");
        assertThat(debian.show("ExecMainStatus")).isEqualTo("0");
    }

    @Test
    void mayOpenTheFilesOfItsConnections() throws Exception {
        install(deb);
        awaitReady();
        String unit = Files.readString(Command.PROJECT.resolve("examples/deploy/sluice.service"));
        long wanted = Long.parseLong(unit.replaceFirst("(?s).*\nLimitNOFILE=(\\d+)\n.*", "$1"));

        assertThat(wanted).isGreaterThan(100_000); // Of the table "Many connections" in docs/deploy.md.
        assertThat(openFilesMax(debian.succeed("cat", "/proc/" + debian.show("MainPID") + "/limits")))
                .isEqualTo(Math.min(wanted, openFilesMax(Files.readString(Path.of("/proc/self/limits")))));
    }

    /// The hard limit, which a machine may not let anybody raise.
    private static long openFilesMax(String limits) {
        Matcher found = Pattern.compile("Max open files +\\d+ +(\\d+)").matcher(limits);
        assertThat(found.find()).as(limits).isTrue();
        return Long.parseLong(found.group(1));
    }

    /// A start as slow as that with a large log, which takes longer than systemd allows for starts.
    @Test
    void mayTakeItsTimeToStart() throws Exception {
        dropIn("""
                [Service]
                TimeoutStartSec=1s
                Environment="SLUICE_JAVA_OPTS=-Xmx1g -Xint -XX:AOTMode=off"
                """);
        install(deb);

        awaitReady();

        assertThat(debian.show("NRestarts")).isEqualTo("0");
        assertThat(debian.show("ActiveState")).isEqualTo("active");
    }

    @Test
    void takesADataFolderElsewhereWithTheDropInOfTheGuide() throws Exception {
        install(deb);
        debian.succeed("install", "-d", "-o", "sluice", "-g", "sluice", "/srv/hub");
        Path configuration = debian.root().file("/etc/sluice/sluice.toml");
        Files.writeString(configuration, Files.readString(configuration).replace("/var/lib/sluice", "/srv/hub"));
        debian.succeed("systemctl", "restart", "sluice");

        String log = debian.succeed(
                "sh", "-c", "until systemctl is-failed --quiet sluice; do sleep 0.1; done; journalctl --unit=sluice");

        assertThat(debian.show("ExecMainStatus")).isEqualTo(EX_CONFIG);
        assertThat(log).contains("'/srv/hub'", "ReadWritePaths=");

        dropIn(guide());
        debian.succeed("systemctl", "daemon-reload");
        debian.succeed("systemctl", "restart", "sluice");
        awaitReady();
        publish("elsewhere");
        assertThat(debian.root().file("/srv/hub/db")).isDirectory();
    }

    /// The drop-in that docs/deploy.md shows.
    private static String guide() throws Exception {
        String text = Files.readString(Command.PROJECT.resolve("docs/deploy.md"));
        Matcher block = Pattern.compile("(?s)```ini\n(\\[Unit]\nRequiresMountsFor=/srv/hub\n.*?)```")
                .matcher(text);
        assertThat(block.find()).isTrue();
        return block.group(1);
    }

    private void install(Path deb) throws Exception {
        debian.succeed(debian.root().installation(deb));
    }

    private void dropIn(String text) throws Exception {
        Path drop = debian.root().file("/etc/systemd/system/sluice.service.d/override.conf");
        Files.createDirectories(drop.getParent());
        Files.writeString(drop, text);
    }

    private void awaitReady() throws Exception {
        Command.Ended ended = debian.network().curl(concat(PATIENTLY, HUB + "/readyz"));
        assertThat(ended.exitCode())
                .as(
                        "%s %s",
                        ended.err(), debian.run("journalctl", "--unit=sluice").out())
                .isZero();
    }

    private static String[] concat(String[] first, String last) {
        String[] all = Arrays.copyOf(first, first.length + 1);
        all[first.length] = last;
        return all;
    }

    private void publish(String data) throws Exception {
        assertThat(debian.network()
                        .curl("--fail", "-d", data, HUB + "/channels/news")
                        .out())
                .contains("\"id\":");
    }

    private String events() throws Exception {
        return debian.network()
                .curl("--fail", HUB + "/channels/news?after=earliest")
                .out();
    }
}
