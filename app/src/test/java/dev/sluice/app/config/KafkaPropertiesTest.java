package dev.sluice.app.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.config.ClusterTable;
import dev.sluice.config.TlsFiles;
import dev.sluice.config.setting.InvalidConfigurationException;
import dev.sluice.core.cluster.KafkaSettings;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The file of properties for Kafka's clients.
final class KafkaPropertiesTest {
    @TempDir
    Path folder;

    private KafkaSettings settings(String properties) throws Exception {
        return settings(properties, "10.0.0.1:9092", "");
    }

    private KafkaSettings settings(String properties, String server, String more) throws Exception {
        Files.writeString(folder.resolve("token"), "a secret of the nodes, of 32 bytes or more");
        Files.writeString(folder.resolve("kafka.properties"), properties);
        var configuration =
                ConfigurationFile.of(Files.writeString(folder.resolve("sluice.toml"), """
                        [cluster]
                        nodes = ["127.0.0.1:9420"]
                        node = "127.0.0.1:9420"
                        token_file = "token"
                        order = "kafka"
                        %s
                        [cluster.kafka]
                        servers = ["%s"]
                        properties_file = "kafka.properties"
                        """.formatted(more, server)));
        return ClusterTable.settings(configuration, folder).orElseThrow().kafka();
    }

    @Test
    void saysHowToConnectAndIsNotShown() throws Exception {
        KafkaSettings settings = settings("security.protocol = SASL_SSL\nsasl.jaas.config = password=\"hush\";\n");
        assertThat(settings.client())
                .containsEntry("security.protocol", "SASL_SSL")
                .containsEntry("sasl.jaas.config", "password=\"hush\";");
        assertThat(settings.servers()).containsExactly("10.0.0.1:9092");
        assertThat(settings.topic()).isEqualTo("sluice");
        assertThat(settings.replicas()).isEqualTo(3);
        assertThat(settings.toString()).doesNotContain("hush");
    }

    @Test
    void requiresTlsOnANetworkUnlessInsecure() throws Exception {
        for (String each : new String[] {"", "security.protocol = PLAINTEXT", "security.protocol = SASL_PLAINTEXT"}) {
            assertThatThrownBy(() -> settings(each))
                    .isInstanceOf(InvalidConfigurationException.class)
                    .hasMessageContaining("where connections need TLS");
            assertThat(settings(each, "10.0.0.1:9092", "insecure = true")).isNotNull();
            assertThat(settings(each, "127.0.0.1:9092", "")).isNotNull();
        }
        assertThat(settings("security.protocol = SSL")).isNotNull();
    }

    @Test
    void isWarnedOfIfEveryUserCanReadIt() throws Exception {
        settings("security.protocol = SSL");
        Path file = folder.resolve("kafka.properties");
        var configuration = ConfigurationFile.of(folder.resolve("sluice.toml")).in(folder);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
        assertThat(TlsFiles.check(configuration, Instant.now())).isEmpty();
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));
        assertThat(TlsFiles.check(configuration, Instant.now()))
                .singleElement()
                .asString()
                .contains("kafka.properties", "every user of this machine can read");
    }

    @Test
    void cannotOverrideSettingsThatKeepTheOrder() {
        for (String each : new String[] {"acks", "enable.idempotence", "auto.offset.reset", "bootstrap.servers"}) {
            assertThatThrownBy(() -> settings(each + " = hush"))
                    .isInstanceOf(InvalidConfigurationException.class)
                    .hasMessageContaining("'" + each + "', which does not say how to connect")
                    .hasMessageContaining("cluster.kafka.properties_file")
                    .message()
                    .doesNotContain("hush");
        }
    }
}
