package dev.sluice.app.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.config.Configuration;
import dev.sluice.config.DeliveryTable;
import dev.sluice.config.Flags;
import dev.sluice.config.HttpTable;
import dev.sluice.config.ListenTable;
import dev.sluice.config.SecurityTable;
import dev.sluice.config.Settings;
import dev.sluice.config.setting.InvalidConfigurationException;
import dev.sluice.server.net.Listener;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// The precedence of flags, file and defaults, and their printed sources.
final class ConfigurationTest {
    @TempDir
    private Path folder;

    @Test
    void listensOnASecondPortForOperatorsOnlyIfOneIsSet() throws Exception {
        var hub = new Listener("127.0.0.1", 8420, Listener.Role.PUBLIC);
        assertThat(Configuration.DEFAULT.server().listeners()).containsExactly(hub);

        var flags = Flags.NONE.with("--set", "admin_port=9420").with("--set", "admin_host=localhost");
        assertThat(Configuration.DEFAULT.overriddenBy(flags).server().listeners())
                .containsExactly(hub, new Listener("localhost", 9420, Listener.Role.ADMIN));
    }

    @Test
    void flagsOverrideTheFileAndTheFileOverridesDefaults() throws Exception {
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
                .with(SecurityTable.ORIGINS, "--origin", "https://b.example")
                .with(SecurityTable.ORIGINS, "--origin", "https://c.example")
                .with("--set", "delivery.stall_time=20s");

        var configuration = ConfigurationFile.of(file).overriddenBy(flags);

        assertThat(configuration.get(ListenTable.PORT)).isZero();
        assertThat(configuration.get(SecurityTable.ORIGINS))
                .isEqualTo(List.of("https://b.example", "https://c.example"));
        assertThat(configuration.get(DeliveryTable.STALL_TIME)).isEqualTo(Duration.ofSeconds(20));
        assertThat(configuration.get(HttpTable.IDLE_TIME)).isEqualTo(Duration.ofSeconds(30));
        assertThat(configuration.get(ListenTable.HOST)).isEqualTo("127.0.0.1");
        var printed = TomlWriter.of(configuration).replace(file.toString(), "sluice.toml");
        assertThat(printed)
                .startsWith("""
                        host = "127.0.0.1"                                    # default
                        port = 0                                              # --port
                        admin_host = "127.0.0.1"                              # default
                        admin_port = 0                                        # default
                        tls_dev = false                                       # default
                        insecure = false                                      # default
                        behind_proxy = false                                  # default
                        trusted_proxies = []                                  # default
                        forwarded_header = "x-forwarded-for"                  # default
                        proxy_protocol = false                                # default
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
    void keepsAnExplicitValueThatEqualsTheDefault() throws Exception {
        var plain = Configuration.DEFAULT;
        var set = plain.overriddenBy(Flags.NONE.with("--set", "storage.size_max=10GiB"));

        assertThat(TomlWriter.of(plain)).containsPattern("\n# size_max = \"10GiB\" +# default\n");
        assertThat(TomlWriter.of(set)).containsPattern("\nsize_max = \"10GiB\" +# --set storage.size_max\n");
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
        http.idel_time=1s    | --set: 'http.idel_time' is not a key. Did you mean 'http.idle_time'?
        storage.in_memory=true | --set: 'storage.in_memory' is not a key. Did you mean 'storage.memory'?
        publish.under_way_max=1MiB | --set: 'publish.under_way_max' is not a key. Did you mean 'publish.in_flight_max'?
        colour=red           | --set: 'colour' is not a key.
        http.idle_time       | --set takes KEY=VALUE, not "http.idle_time".
        http.idle_time=1     | --set http.idle_time takes a duration from "1s" to "1h", not "1".
        insecure=yes         | --set insecure takes true or false, not "yes".
        port=12345678901234567890 | --set port takes a number from 0 to 65535, not "12345678901234567890".
        origins=x            | --set origins takes an origin such as "https://shop.example" or "https://*.shop.example", or "*" for all, not "x".
        """)
    void reportsAWrongFlagAsTyped(String assignment, String message) {
        assertThatThrownBy(() -> Flags.NONE.with("--set", assignment))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(message);
    }

    @Test
    void refusesFlagsThatContradictTheFile() throws Exception {
        var written = ConfigurationFile.parse("f", "subscribe.limit_max = 50\nsubscribe.limit = 50");

        assertThatThrownBy(() -> written.overriddenBy(Flags.NONE.with("--set", "subscribe.limit=60")))
                .isInstanceOf(InvalidConfigurationException.class)
                .hasMessage(
                        "--set subscribe.limit: 'subscribe.limit' (60) must not be more than 'subscribe.limit_max' (50).");
    }

    @Test
    void printsEverySettingWithItsDefault() {
        var printed = TomlWriter.of(Configuration.DEFAULT);

        assertThat(printed.lines().filter(line -> line.contains(" = ")))
                .hasSameSizeAs(Settings.ALL)
                .allMatch(line -> line.endsWith("  # default"));
    }
}
