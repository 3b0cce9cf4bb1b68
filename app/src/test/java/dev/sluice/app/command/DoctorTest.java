package dev.sluice.app.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.config.Configuration;
import dev.sluice.config.Flags;
import dev.sluice.server.net.Descriptors;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// `sluice doctor --self`, on a machine as it is and on others.
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
    void findsNothingToChangeOnAMachineWithRoom() throws Exception {
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
