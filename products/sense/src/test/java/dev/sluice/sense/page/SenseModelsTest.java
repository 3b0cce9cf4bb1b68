package dev.sluice.sense.page;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.sluice.sense.config.CheckTypes;
import dev.sluice.sense.config.DefinitionParser;
import dev.sluice.sense.config.InvalidSenseException;
import dev.sluice.sense.config.NotifierTypes;
import dev.sluice.sense.heartbeat.HeartbeatLog;
import dev.sluice.sense.server.ServerRegistry;
import dev.sluice.sense.server.ServerStore;
import dev.sluice.sense.store.Database;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/// Runs the tests of the pages' models, which need no browser: `src/test/js/sense-models.test.mjs`.
final class SenseModelsTest {
    private static final Pattern CHOICE = Pattern.compile("\\['(\\w+)', '(?:choice|named)', \\[([^\\]]*)]]");

    private static final Pattern METRIC = Pattern.compile("sluice_\\w+");

    private final InstantSource clock = InstantSource.system();
    private final Database database = Database.inMemory();
    private final DefinitionParser parser = new DefinitionParser(
            CheckTypes.all(
                    new HeartbeatLog(database, clock), new ServerRegistry(new ServerStore(database), clock), clock),
            NotifierTypes.all(clock));

    @Test
    void passTheirTestsInNode() throws IOException, InterruptedException {
        String file = Path.of("src/test/js/sense-models.test.mjs").toString();
        Process node = new ProcessBuilder("node", "--test", file)
                .redirectErrorStream(true)
                .start();
        String report = new String(node.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(node.waitFor()).as(report).isEqualTo(0);
        assertThat(report).containsPattern("(?m)^(?:#|ℹ) tests [1-9]"); // Guards against a runner that finds no tests.
    }

    /// Otherwise the form would save another value than the one that was set by the API.
    @Test
    void theFormHasEachChoiceThatTheApiTakes() throws IOException {
        String fields = Files.readString(Path.of("src/main/resources/dev/sluice/sense/page/files/fields.js"));
        Map<String, String> choices = new TreeMap<>();
        CHOICE.matcher(fields)
                .results()
                .forEach(each -> choices.put(each.group(1), each.group(2).replace("'", "")));
        Map<String, String> taken = new TreeMap<>(Map.of(
                "method", taken("method", Map.of("type", "http")),
                "record", taken("record", Map.of("type", "dns")),
                "security", taken("security", Map.of("type", "email")),
                "language", taken("language", Map.of("type", "slack"))));
        assertThat(choices).isEqualTo(taken);
    }

    private String taken(String key, Map<String, Object> definition) {
        Map<String, Object> values = new HashMap<>(definition);
        values.putAll(Map.of("name", "a", key, "no such choice"));
        var refused = catchThrowableOfType(
                InvalidSenseException.class,
                () -> (parser.checkTypes().containsKey(values.get("type"))
                                ? parser.check(values)
                                : parser.notifier(values))
                        .name());
        return refused.faults().stream()
                .filter(fault -> fault.key().equals(key))
                .map(fault -> fault.message().replace("takes one of: ", ""))
                .collect(Collectors.joining());
    }

    @Test
    void theFormHasExamplesOfMetricsThatAHubHas() throws IOException {
        String fields = Files.readString(Path.of("src/main/resources/dev/sluice/sense/page/files/fields.js"));
        String metrics = Files.readString(Path.of("../../docs/metrics.md"));
        assertThat(METRIC.matcher(fields).results().map(each -> "| `" + each.group() + "` |"))
                .isNotEmpty()
                .allSatisfy(row -> assertThat(metrics).contains(row));
    }

    /// A key of another type is removed from what the form saves.
    @Test
    void theFormHasTheAddressOfTelegram() throws IOException {
        assertThat(Files.readString(Path.of("src/main/resources/dev/sluice/sense/page/files/fields.js")))
                .containsPattern("telegram: \\[.*'url'");
    }
}
