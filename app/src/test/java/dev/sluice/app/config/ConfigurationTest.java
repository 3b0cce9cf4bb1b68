package dev.sluice.app.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Flags over the file over defaults, and how that is told.
final class ConfigurationTest {
    @TempDir
    private Path folder;

    @Test
    void flagsWinOverTheFileAndTheFileOverDefaults() throws Exception {
        var file = Files.writeString(folder.resolve("sluice.toml"), """
                port = 9000
                origins = ["https://a.example"]
                [http]
                idle_time = "30s"
                [delivery]
                stall_time = "30s"
                [[channel]]
                match = "a\\u202Eb"
                behind = { bytes = "1MiB", then = "end" }
                """);
        var flags = Flags.NONE
                .with(ListenTable.PORT, "--port", "0")
                .with(ListenTable.ORIGINS, "--origin", "https://b.example")
                .with(ListenTable.ORIGINS, "--origin", "https://c.example")
                .with("--set", "delivery.stall_time=20s");

        var configuration = Configuration.in(folder).overriddenBy(flags);

        assertThat(configuration.get(ListenTable.PORT)).isZero();
        assertThat(configuration.get(ListenTable.ORIGINS)).isEqualTo(List.of("https://b.example", "https://c.example"));
        assertThat(configuration.get(DeliveryTable.STALL_TIME)).isEqualTo(Duration.ofSeconds(20));
        assertThat(configuration.get(HttpTable.IDLE_TIME)).isEqualTo(Duration.ofSeconds(30));
        assertThat(configuration.get(ListenTable.HOST)).isEqualTo("127.0.0.1");
        var printed = configuration.toToml().replace(file.toString(), "sluice.toml");
        assertThat(printed)
                .startsWith("""
                        host = "127.0.0.1"                                    # default
                        port = 0                                              # --port
                        insecure = false                                      # default
                        behind_proxy = false                                  # default
                        origins = ["https://b.example", "https://c.example"]  # --origin
                        """)
                .containsPattern("\nidle_time = \"30s\" +# sluice.toml:4\n")
                .containsPattern("\nstall_time = \"20s\" +# --set delivery.stall_time\n")
                .endsWith("""

                        [[channel]]
                        match = "a\\u202Eb"     # sluice.toml:8
                        behind.bytes = "1MiB"  # sluice.toml:9
                        behind.then = "end"    # sluice.toml:9
                        """);
    }

    @Test
    void aSizeThatIsSetHoldsThoughItIsTheDefaultsNumber() throws Exception {
        var plain = Configuration.in(folder);
        var set = plain.overriddenBy(Flags.NONE.with("--set", "storage.size_max=10GiB"));

        assertThat(plain.toToml()).containsPattern("\n# size_max = \"10GiB\" +# default\n");
        assertThat(set.toToml()).containsPattern("\nsize_max = \"10GiB\" +# --set storage.size_max\n");
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
        http.idel_time=1s    | --set: 'http.idel_time' is no key. Did you mean 'http.idle_time'?
        colour=red           | --set: 'colour' is no key.
        http.idle_time       | --set takes KEY=VALUE, not "http.idle_time".
        http.idle_time=1     | --set http.idle_time takes a duration from "1s" to "1h", not "1".
        insecure=yes         | --set insecure takes true or false, not "yes".
        port=12345678901234567890 | --set port takes a number from 0 to 65535, not "12345678901234567890".
        origins=x            | --set origins takes an origin such as "https://shop.example", or "*" for all, not "x".
        """)
    void aWrongFlagIsToldAsWhatWasTyped(String assignment, String message) {
        assertThatThrownBy(() -> Flags.NONE.with("--set", assignment))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(message);
    }

    @Test
    void flagsMustGoTogetherWithTheFile() throws Exception {
        var written = ConfigurationFile.parse("f", "subscribe.limit_max = 50\nsubscribe.limit = 50");

        assertThatThrownBy(() -> written.overriddenBy(Flags.NONE.with("--set", "subscribe.limit=60")))
                .isInstanceOf(InvalidConfiguration.class)
                .hasMessage(
                        "--set subscribe.limit: 'subscribe.limit' (60) must not be more than 'subscribe.limit_max' (50).");
    }

    @Test
    void everySettingIsPrintedWithItsDefault() throws Exception {
        var printed = Configuration.in(folder).toToml();

        assertThat(printed.lines().filter(line -> line.contains(" = ")))
                .hasSameSizeAs(Settings.ALL)
                .allMatch(line -> line.endsWith("  # default"));
    }
}
