package dev.sluice.app.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.app.command.Terminal;
import dev.sluice.config.ClusterTable;
import dev.sluice.config.Configuration;
import dev.sluice.config.Flags;
import dev.sluice.config.ListenTable;
import dev.sluice.config.SecurityTable;
import dev.sluice.config.Settings;
import dev.sluice.config.StorageTable;
import dev.sluice.config.setting.InvalidConfigurationException;
import dev.sluice.config.setting.Setting;
import dev.sluice.config.setting.Source;
import dev.sluice.server.Await;
import dev.sluice.server.RawClient;
import dev.sluice.storage.folder.Sync;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Settings from environment variables.
final class EnvironmentTest {
    @TempDir
    private Path folder;

    private Configuration read(Map<String, String> environment) throws InvalidConfigurationException {
        return new ConfigurationReader(folder, environment, null).read(Flags.NONE);
    }

    private Terminal terminal(Map<String, String> environment) {
        return new Terminal(folder, environment);
    }

    private void configure(String text) throws IOException {
        Files.writeString(folder.resolve("sluice.toml"), text);
    }

    @Test
    void setEverySettingWithTheNameAndTheTextOfTheFile() {
        assertThat(Settings.ALL).allSatisfy(this::assertIsSet);
        assertThat(Settings.ALL.stream().map(EnvironmentSettings::variable)).doesNotHaveDuplicates();
    }

    private <T> void assertIsSet(Setting<T> setting) throws InvalidConfigurationException {
        var variable = "SLUICE_" + setting.key().toUpperCase(Locale.ROOT).replace('.', '_');
        var written = setting.kind().write(setting.standard());
        var value = read(Map.of(variable, written)).values().value(setting);

        assertThat(value.value()).isEqualTo(setting.standard());
        assertThat(value.source()).isEqualTo(new Source.Option(variable));
    }

    @Test
    void standBetweenFlagsAndFile() throws Exception {
        configure("port = 1\nadmin_port = 2\n[storage]\nsync = \"interval\"\ndata = \"file\"\n");
        var printed = terminal(Map.of("SLUICE_PORT", "3", "SLUICE_ADMIN_PORT", "4", "SLUICE_STORAGE_DATA", "/data"))
                .run("serve", "--print-config", "--port", "5");

        assertThat(printed.err()).isEmpty();
        assertThat(printed.out())
                .containsPattern("\nport = 5 +# --port\n")
                .containsPattern("\nadmin_port = 4 +# SLUICE_ADMIN_PORT\n")
                .containsPattern("\ndata = \"/data\" +# SLUICE_STORAGE_DATA\n")
                .containsPattern("\nsync = \"interval\" +# \\S+sluice.toml:4\n")
                .containsPattern("\nhost = \"127.0.0.1\" +# default\n|^host = \"127.0.0.1\" +# default\n");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "https://a.example,https://b.example",
                " https://a.example , https://b.example ",
                "[\"https://a.example\", 'https://b.example']"
            })
    void acceptListsWithCommasOrAsInTheFile(String text) throws Exception {
        assertThat(read(Map.of("SLUICE_ORIGINS", text)).get(SecurityTable.ORIGINS))
                .isEqualTo(List.of("https://a.example", "https://b.example"));
    }

    @Test
    void readAddressesInBracketsAsText() throws Exception {
        assertThat(read(Map.of("SLUICE_ALLOW_HOSTS", "[::1],hub.example")).get(SecurityTable.ALLOW_HOSTS))
                .isEqualTo(List.of("[::1]", "hub.example"));
        assertThat(read(Map.of("SLUICE_ALLOW_HOSTS", "[::1]")).get(SecurityTable.ALLOW_HOSTS))
                .isEqualTo(List.of("[::1]"));
    }

    /// The parser of the file throws on such text instead of reporting it.
    @Test
    void refuseTextThatTheParserCannotTake() {
        assertThatThrownBy(() -> read(Map.of("SLUICE_ORIGINS", "[{ a = 5,.\n[x]")))
                .isInstanceOf(InvalidConfigurationException.class);
    }

    @Test
    void acceptTextWithoutQuotationMarks() throws Exception {
        var read = read(Map.of("SLUICE_STORAGE_SYNC", "interval", "SLUICE_STORAGE_SIZE_MAX", "2GiB"));
        assertThat(read.get(StorageTable.SYNC)).isEqualTo(Sync.INTERVAL);
        assertThat(read.get(StorageTable.SIZE_MAX)).isEqualTo(2L << 30);
    }

    @Test
    void areNotSetIfEmpty() throws Exception {
        configure("port = 9000\n");
        assertThat(read(Map.of("SLUICE_PORT", "", "SLUICE_CONFIG", "")).get(ListenTable.PORT))
                .isEqualTo(9000);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
        SLUICE_PORT         | many                 | SLUICE_PORT: 'port' takes a number from 0 to 65535, not "many".
        SLUICE_PORT         | 8420;host = "::"     | SLUICE_PORT: 'port' takes a number from 0 to 65535, not "8420\\nhost = \\"::\\"".
        SLUICE_INSECURE     | yes                  | SLUICE_INSECURE: 'insecure' takes true or false, not "yes".
        SLUICE_STORAGE_SYNC | alway                | SLUICE_STORAGE_SYNC: 'storage.sync' takes "interval" or "always", not "alway". Did you mean "always"?
        SLUICE_HTTP_IDLE_TIME | 60                 | SLUICE_HTTP_IDLE_TIME: 'http.idle_time' takes a duration from "1s" to "1h", not "60".
        SLUICE_ORIGINS      | https://a.example,b  | SLUICE_ORIGINS: 'origins' takes a list of at most 1000, each an origin such as "https://shop.example" or "https://*.shop.example", or "*" for all, not one with "b".
        """)
    void reportAWrongValueWithTheVariable(String variable, String text, String message) {
        assertThatThrownBy(() -> read(Map.of(variable, text.replace(';', '\n'))))
                .isInstanceOf(InvalidConfigurationException.class)
                .hasMessage(message);
    }

    @Test
    void reportMistakesTogetherWithThoseOfTheFile() throws Exception {
        configure("prot = 1\n");
        var ended = terminal(Map.of("SLUICE_PORT", "x", "SLUICE_INSECURE", "1")).run("serve");

        assertThat(ended.exitCode()).isEqualTo(78);
        assertThat(ended.err())
                .hasLineCount(3)
                .contains("SLUICE_PORT: ", "SLUICE_INSECURE: ", "sluice.toml:1:1: 'prot' is not a key.");
    }

    /// The nodes of a cluster share a file, and each has its own variable.
    @Test
    void completeAFileThatWouldBeInvalidAlone() throws Exception {
        configure("[cluster]\nnodes = [\"127.0.0.1:1\", \"127.0.0.1:11\"]\ntoken_file = \"token\"\n");
        assertThat(read(Map.of("SLUICE_CLUSTER_NODE", "127.0.0.1:11")).get(ClusterTable.NODE))
                .isEqualTo("127.0.0.1:11");
        assertThat(new ConfigurationReader(folder, Map.of(), null)
                        .read(Flags.NONE.with("--set", "cluster.node=127.0.0.1:1"))
                        .get(ClusterTable.NODE))
                .isEqualTo("127.0.0.1:1");
        assertThatThrownBy(() -> read(Map.of("SLUICE_CLUSTER_NODE", "127.0.0.1:2")))
                .hasMessageStartingWith("SLUICE_CLUSTER_NODE: 'cluster.node' must be one of");
    }

    @Test
    void nameTheFileAndTheFolderForAllCommands() throws Exception {
        Files.writeString(folder.resolve("other.toml"), "port = 7\n[storage]\nmemory = true\n");
        var named = Map.of("SLUICE_CONFIG", "other.toml", "SLUICE_STORAGE_DATA", "elsewhere");
        assertThat(terminal(named).run("serve", "--print-config").out())
                .containsPattern("\nport = 7 +# \\S*other.toml:1\n");
        assertThat(terminal(named).run("log").err()).contains("elsewhere");
        assertThat(terminal(Map.of("SLUICE_CONFIG", "none.toml")).run("serve").err())
                .contains("none.toml: can't be read: no such file.");
    }

    @Test
    void leaveWhatKubernetesSetsToTheDefault() throws Exception {
        configure("[storage]\nmemory = true\n");
        var pod = Map.of(
                "SLUICE_PORT", "tcp://10.0.0.1:80",
                "SLUICE_SERVICE_HOST", "10.0.0.1",
                "SLUICE_SERVICE_PORT", "80",
                "SLUICE_SERVICE_PORT_HTTP", "80",
                "SLUICE_PORT_8420_TCP", "tcp://10.0.0.1:80",
                "SLUICE_PORT_8420_TCP_ADDR", "10.0.0.1",
                "SLUICE_ADMIN_PORT", "tcp://10.0.0.2:8421",
                "SLUICE_ADMIN_PORT_8421_TCP_PROTO", "tcp",
                "SLUICE_ADMIN_SERVICE_HOST", "10.0.0.2");

        assertThat(terminal(pod).run("serve", "--print-config").out())
                .containsPattern("\nport = 8420 +# default\n")
                .containsPattern("\nadmin_port = 0 +# default\n");

        configure("port = 0\n[storage]\nmemory = true\n");
        try (var serve = terminal(pod).start("serve")) {
            serve.firstLine();
            assertThat(serve.interrupt().err()).isEqualTo("""
                    sluice: Warning: SLUICE_ADMIN_PORT is "tcp://10.0.0.2:8421", as Kubernetes sets it for a service of that name, so it is not taken for 'admin_port'.
                    sluice: Warning: SLUICE_PORT is "tcp://10.0.0.1:80", as Kubernetes sets it for a service of that name, so it is not taken for 'port'.
                    sluice: Interrupted.
                    """);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "SLUICE_STORAGE_SYCN, SLUICE_STORAGE_SYNC",
        "SLUICE_STROAGE_SYNC, SLUICE_STORAGE_SYNC",
        "SLUICE_DATA, SLUICE_STORAGE_DATA",
        "SLUICE_STORAGE_FOLDER, SLUICE_STORAGE_DATA",
        "SLUICE_PROT, SLUICE_PORT",
        "SLUICE_CLUSTER_KAFKA_SERVRES, SLUICE_CLUSTER_KAFKA_SERVERS"
    })
    void areSuggestedForMisspeltOnes(String wrong, String right) throws Exception {
        var reader = new ConfigurationReader(folder, Map.of(wrong, "x"), null);
        assertThat(reader.warnings(reader.read(Flags.NONE)))
                .containsExactly(wrong + " is not a setting, and has no effect. Did you mean " + right + "?");
    }

    @Test
    void areNotSuggestedForVariablesOfCommandsSecretsAndOthers() throws Exception {
        configure("""
                [[key]]
                kid = "shop"
                algorithm = "HS256"
                secret_env = "SLUICE_HOSTS"
                """);
        var environment = Map.of(
                "SLUICE_URL", "x",
                "SLUICE_TOKEN", "x",
                "SLUICE_KEY", "x",
                "SLUICE_JAVA_OPTS", "x",
                "SLUICE_SEEDS", "x",
                "SLUICE_HOSTS", "x",
                "SLUICE_SOMETHING_ELSE", "x",
                "PORT", "x");
        var reader = new ConfigurationReader(folder, environment, null);
        assertThat(reader.warnings(reader.read(Flags.NONE))).isEmpty();
    }

    @Test
    void stayInForceWhenTheFileIsReadAgain() throws Exception {
        configure("port = 0\nallow_hosts = [\"old.example\"]\n[storage]\nmemory = true\n");
        try (var serve = terminal(Map.of("SLUICE_ALLOW_HOSTS", "env.example")).start("serve")) {
            int port = URI.create(serve.url()).getPort();
            assertThat(status(port, "env.example", "")).isEqualTo("200");
            assertThat(status(port, "old.example", "")).isNotEqualTo("200");

            configure("port = 0\nallow_hosts = [\"new.example\"]\norigins = [\"https://new.example\"]\n"
                    + "[storage]\nmemory = true\n");

            Await.that(() -> status(port, "env.example", "Origin: https://new.example\r\n")
                    .equals("200"));
            assertThat(status(port, "new.example", "")).isNotEqualTo("200");
        }
    }

    @Test
    void areAsInTheDocumentation() throws Exception {
        var page = Files.readString(Path.of("../docs/configuration.md"));
        var section = page.substring(page.indexOf("\n## Environment\n"), page.indexOf("\n## TLS\n"));
        var environment = Pattern.compile("(SLUICE_[A-Z_]+)=(\\S+)")
                .matcher(section.substring(section.indexOf("```sh"), section.lastIndexOf("```")))
                .results()
                .collect(Collectors.toMap(found -> found.group(1), found -> found.group(2)));
        assertThat(environment).hasSize(5);
        var printed = terminal(environment).run("serve", "--print-config");

        assertThat(printed.err()).isEmpty();
        assertThat(environment.keySet())
                .allSatisfy(variable -> assertThat(printed.out()).contains("# " + variable + "\n"));
    }

    private static String status(int port, String host, String more) {
        try (var client = new RawClient(port)) {
            return client.send("GET /livez HTTP/1.1\r\nHost: " + host + "\r\n" + more + "Connection: close\r\n\r\n")
                    .rest()
                    .split(" ")[1];
        }
    }
}
