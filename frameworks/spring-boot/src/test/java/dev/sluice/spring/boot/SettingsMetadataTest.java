package dev.sluice.spring.boot;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.config.Settings;
import java.util.LinkedHashMap;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.json.JsonMapper;

final class SettingsMetadataTest {
    /// Editors complete the keys of `sluice.settings` from this file.
    @Test
    void describesAllSettingsOfAProgram() {
        var expected = new LinkedHashMap<String, String>();
        for (var each : Settings.ALL) {
            if (!Settings.NOT_OF_PROGRAMS.contains(each.key())) {
                expected.put(each.key().replace('_', '-'), each.about());
            }
        }
        var described = new LinkedHashMap<String, String>();
        new JsonMapper()
                .readTree(getClass().getResourceAsStream("/META-INF/additional-spring-configuration-metadata.json"))
                .at("/hints/0/values")
                .forEach(each -> described.put(
                        each.get("value").asString(), each.get("description").asString()));
        assertThat(described).isEqualTo(expected);
    }
}
