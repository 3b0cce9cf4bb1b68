package dev.sluice.app.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.config.Configuration;
import dev.sluice.config.Flags;
import dev.sluice.core.Ports;
import dev.sluice.server.auth.identity.StaticKeys;
import dev.sluice.server.net.Descriptors;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// `sluice doctor` from the command line, and `--self` on a machine as it is and on others.
final class DoctorTest {
    private static final Instant NOW = Instant.parse("2026-11-22T12:00:00Z");
    private static final long HEAP = 1L << 30;
    private static final Descriptors MANY = new Descriptors(1_000_000, 50);

    @TempDir
    private Path folder;

    private List<String> bad(Configuration configuration, long heapBytes, Descriptors descriptors) {
        return new SelfCheck(configuration, folder, heapBytes, descriptors, NOW)
                .results().stream()
                        .filter(each -> !each.isGood())
                        .map(each -> each.what() + ": " + each.advice())
                        .toList();
    }

    private static Configuration with(String key, String value) throws Exception {
        return Configuration.DEFAULT.overriddenBy(Flags.NONE.with("--set", key + "=" + value));
    }

    @Test
    void findsNothingToChangeOnALargeMachine() throws Exception {
        assertThat(bad(with("storage.disk_reserve", "0B"), HEAP, MANY)).isEmpty();
    }

    @Test
    void saysHowManyFilesConnectionsNeed() throws Exception {
        var configuration = with("connections_max", "5000");
        assertThat(bad(configuration, HEAP, new Descriptors(1_024, 50)))
                .singleElement()
                .asString()
                .startsWith("descriptors: raise the limit (ulimit -n, LimitNOFILE=) to 5,");
    }

    @Test
    void saysWhichLimitDoesNotFitIntoTheHeap() throws Exception {
        assertThat(bad(with("connections_max", "1000000"), 64L << 20, MANY))
                .hasSize(3)
                .anySatisfy(each -> assertThat(each).startsWith("heap: start with a larger one"))
                .anySatisfy(each -> assertThat(each).startsWith("budgets: ").contains("connections_max", "-Xmx"));
    }

    @Test
    void warnsBeforeTheDiskIsFull() throws Exception {
        assertThat(bad(with("storage.disk_reserve", "1TiB"), HEAP, MANY))
                .singleElement()
                .asString()
                .startsWith("disk: free some space");
    }

    @Test
    void noticesAClockThatIsBehindTheLog() throws Exception {
        var file = Files.createDirectories(folder.resolve("data")).resolve("CURRENT");
        Files.writeString(file, "");
        Files.setLastModifiedTime(file, FileTime.from(NOW.plusSeconds(3_600)));
        assertThat(bad(with("storage.disk_reserve", "0B"), HEAP, MANY))
                .containsExactly("clock: set the clock (timedatectl), and keep it so by NTP");
        Files.setLastModifiedTime(file, FileTime.from(NOW.minusSeconds(3_600)));
        assertThat(bad(with("storage.disk_reserve", "0B"), HEAP, MANY)).isEmpty();
    }

    @Test
    void examinesAHubAndExitsByWhatItFound() throws Exception {
        try (var serve = here().start("serve", "--port", "0", "--memory")) {
            var ended = here().run("doctor", serve.url(), "--for", "1s", "--json");

            JsonNode report = JsonMapper.shared().readTree(ended.out());
            assertThat(ended.exitCode()).as(ended.out()).isZero();
            assertThat(report.path("hub").asString()).isEqualTo(serve.url() + "/");
            assertThat(report.path("probes")
                            .valueStream()
                            .map(each -> each.path("name").asString()))
                    .containsExactly(
                            "tls",
                            "arrival",
                            "stream sse",
                            "stream ndjson",
                            "websocket",
                            "upload",
                            "cache",
                            "cors",
                            "cut");
            assertThat(report.path("findings")
                            .valueStream()
                            .map(each -> each.path("code").asString()))
                    .contains("http1-only");
            assertThat(report.path("findings")
                            .valueStream()
                            .toList()
                            .getLast()
                            .path("cures")
                            .propertyNames())
                    .contains("nginx", "HAProxy", "Apache", "Envoy", "Caddy", "Cloudflare", "AWS ALB");
        }
    }

    @Test
    void asksForTheGrantOfAnAdministratorWhereOthersReachTheHub() throws Exception {
        String ops = StaticKeys.generate("ops", new SecureRandom());
        Files.writeString(
                folder.resolve("sluice.toml"),
                "port = 0\n[[key]]\nkid = \"ops\"\nhash = \"%s\"\nadmin = true\n".formatted(StaticKeys.hash(ops)));
        try (var serve = new Terminal(folder, Map.of()).start("serve", "--memory")) {
            var without = here().run("doctor", serve.url(), "--for", "1s");
            assertThat(without.exitCode()).isEqualTo(1);
            assertThat(without.out()).contains("ERROR    doctor-off:", "the doctor has none", "doctor = true");

            var with = here().run("doctor", serve.url(), "--for", "1s", "--key", ops);
            assertThat(with.out()).contains("ok       arrival:").doesNotContain(ops);
            assertThat(new Terminal(folder.resolve("none"), Map.of("SLUICE_TOKEN", ops, "SLUICE_URL", serve.url()))
                            .run("doctor", "--for", "1s")
                            .out())
                    .contains("ok       arrival:");
        }
    }

    @Test
    void exitsWithAnotherCodeWhereNothingAnswersOrItIsAskedForNonsense() throws Exception {
        int port = Ports.free();
        var nothing = here().run("doctor", "http://127.0.0.1:" + port);
        assertThat(nothing.exitCode()).isEqualTo(69);
        assertThat(nothing.err()).startsWith("sluice: Nothing answers at http://127.0.0.1:" + port + "/ (");
        assertThat(here().run("doctor", "http://127.0.0.1", "--for", "26m").exitCode())
                .isEqualTo(64);
        assertThat(here().run("doctor", "ftp://127.0.0.1").exitCode()).isEqualTo(64);
    }

    private Terminal here() {
        return new Terminal(folder.resolve("none"), Map.of());
    }

    @Test
    void printsATableAndRefusesABrokenConfiguration() throws Exception {
        var here = new Terminal(folder, Map.of());
        Files.writeString(folder.resolve("sluice.toml"), "connections_max = 100\n[storage]\ndisk_reserve = \"0B\"\n");
        var ended = here.run("doctor", "--self");
        assertThat(ended.out())
                .contains("configuration  ok", "descriptors    ok", "100 connections", "clock          ok");
        Files.writeString(folder.resolve("sluice.toml"), "connections_max = 0\n");
        assertThat(here.run("doctor", "--self").exitCode()).isEqualTo(78);
    }
}
