package dev.sluice.app.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.config.ClusterTable;
import dev.sluice.config.InvalidConfiguration;
import dev.sluice.storage.KafkaSettings;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The file of properties for Kafka's clients.
final class KafkaPropertiesTest {
    @TempDir
    Path folder;

    private KafkaSettings settings(String properties) throws Exception {
        Files.writeString(folder.resolve("token"), "a secret of the nodes, of 32 bytes or more");
        Files.writeString(folder.resolve("kafka.properties"), properties);
        var configuration = ConfigurationFile.of(Files.writeString(folder.resolve("sluice.toml"), """
                        [cluster]
                        nodes = ["127.0.0.1:9420"]
                        node = "127.0.0.1:9420"
                        token_file = "token"
                        order = "kafka"
                        [cluster.kafka]
                        servers = ["10.0.0.1:9092"]
                        properties_file = "kafka.properties"
                        """));
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
    void cannotChangeWhatTheOrderPromises() {
        for (String each : new String[] {"acks", "enable.idempotence", "auto.offset.reset", "bootstrap.servers"}) {
            assertThatThrownBy(() -> settings(each + " = hush"))
                    .isInstanceOf(InvalidConfiguration.class)
                    .hasMessageContaining("'" + each + "', which does not say how to connect")
                    .hasMessageContaining("cluster.kafka.properties_file")
                    .message()
                    .doesNotContain("hush");
        }
    }
}
