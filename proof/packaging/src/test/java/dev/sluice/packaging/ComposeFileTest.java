package dev.sluice.packaging;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.config.Settings;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.dataformat.yaml.YAMLMapper;

/// The compose file.
final class ComposeFileTest {
    private static final Path FOLDER = Command.PROJECT.resolve("packaging/compose");

    private final JsonNode file = YAMLMapper.shared().readTree(FOLDER.resolve("compose.yaml"));
    private final JsonNode hub = file.path("services").path("hub");

    /// A volume without a name would be another, empty one under another project's name.
    @Test
    void keepsEventsInANamedVolume() {
        assertThat(texts(hub.path("volumes"))).contains("data:/data");
        assertThat(hub.path("environment").path("SLUICE_STORAGE_DATA").asString())
                .isEqualTo("/data");
        assertThat(file.path("volumes").path("data").path("name").asString()).isEqualTo("sluice-data");
    }

    @Test
    void checksHealthByTheProgramItself() {
        assertThat(texts(hub.path("healthcheck").path("test")))
                .startsWith("CMD")
                .element(1)
                .satisfies(KubernetesManifestsTest::isInTheImage);
    }

    @Test
    void aStopHasTheTimeThatItNeeds() {
        int drain = seconds(hub.path("environment").path("SLUICE_DRAIN_TIME"));

        assertThat(seconds(hub.path("stop_grace_period"))).isGreaterThanOrEqualTo(drain + 10);
        assertThat(hub.path("restart").asString()).isEqualTo("unless-stopped");
    }

    @Test
    void secretsAreFilesThatTheConfigurationNames() throws Exception {
        for (String each : texts(hub.path("secrets"))) {
            assertThat(file.path("secrets").path(each).path("file").asString()).isNotEmpty();
            assertThat(Files.readString(FOLDER.resolve("sluice.toml"))).contains("\"/run/secrets/" + each + "\"");
        }
        assertThat(texts(hub.path("volumes"))).anyMatch(each -> each.startsWith("./sluice.toml:"));
    }

    @Test
    void variablesAreSettings() {
        assertThat(Settings.ALL.stream().map(KubernetesManifestsTest::variable))
                .containsAll(hub.path("environment").propertyNames());
    }

    private static List<String> texts(JsonNode list) {
        return list.valueStream().map(JsonNode::asString).toList();
    }

    private static int seconds(JsonNode time) {
        return Integer.parseInt(time.asString().replace("s", ""));
    }
}
