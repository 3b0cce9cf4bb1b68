package dev.sluice.app.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import dev.sluice.config.ChannelRule;
import dev.sluice.config.ClusterTable;
import dev.sluice.config.GrantEntry;
import dev.sluice.config.HeapBudget;
import dev.sluice.config.KeyEntry;
import dev.sluice.config.ListenEntry;
import dev.sluice.config.Settings;
import dev.sluice.config.setting.Setting;
import dev.sluice.core.budget.Budget;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Checks docs/configuration.md: it lists every setting with its limits and default. The examples of all pages are
/// valid.
final class ConfigurationDocsTest {
    private static final Path PAGE = Path.of("../docs/configuration.md");
    private static final Pattern OF_SENSE = Pattern.compile("(?m)^\\[\\[(check|notifier)]]"); // See SenseFileTest.
    private static final Path EXPECTED = Path.of("target/configuration.md");
    private static final String MARK =
            "<!-- From here on this is written by ConfigurationDocsTest, from the settings themselves. -->\n";

    @Test
    void documentsEverySettingWithItsLimitsAndDefault() throws IOException {
        var page = Files.readString(PAGE);
        var expected = page.substring(0, page.indexOf(MARK) + MARK.length()) + reference();
        Files.writeString(EXPECTED, expected);

        assertThat(page).as("copy app/%s to docs", EXPECTED).isEqualTo(expected);
    }

    @ParameterizedTest
    @MethodSource("pages")
    void hasValidExamples(Path page) throws IOException {
        var examples = Pattern.compile("```toml\n(.*?)```", Pattern.DOTALL)
                .matcher(Files.readString(page))
                .results()
                .map(match -> match.group(1))
                .filter(example -> !OF_SENSE.matcher(example).find())
                .toList();

        assertThat(examples)
                .allSatisfy(example -> assertThatCode(() -> ConfigurationFile.parse("example", example))
                        .doesNotThrowAnyException());
    }

    static List<Path> pages() throws IOException {
        try (var top = Files.list(Path.of(".."));
                var docs = Files.list(Path.of("../docs"))) {
            return Stream.concat(top, docs)
                    .filter(file -> file.toString().endsWith(".md"))
                    .filter(file -> !file.endsWith("CHANGELOG.md"))
                    .toList();
        }
    }

    /// The commands as a user pastes them.
    @Test
    void makesValidFilesForTheNodesOfACluster(@TempDir Path folder) throws Exception {
        var pages = Files.readString(PAGE.resolveSibling("cluster.md"))
                + Files.readString(PAGE.resolveSibling("cluster-kafka.md"));
        var blocks = Pattern.compile("```sh\n(.*?)```", Pattern.DOTALL)
                .matcher(pages)
                .results()
                .map(match -> match.group(1))
                .filter(block -> block.contains("node$i.toml"))
                .toList();
        assertThat(blocks).hasSize(2); // The second appends to the files of the first, for Kafka.
        for (var block : blocks) {
            var shell = new ProcessBuilder("bash", "-euc", block)
                    .directory(folder.toFile())
                    .inheritIO()
                    .start();
            assertThat(shell.waitFor()).isZero();
            for (int i = 1; i <= 3; i++) {
                var node = ConfigurationFile.of(folder.resolve("node" + i + ".toml"));
                assertThat(node.get(ClusterTable.NODES)).hasSize(3).contains(node.get(ClusterTable.NODE));
            }
        }
    }

    private static String reference() {
        var text = new StringBuilder("\n## The top of the file\n").append(table(""));
        Settings.ALL.stream()
                .map(Setting::table)
                .distinct()
                .filter(table -> !table.isEmpty())
                .forEach(table -> text.append("\n## `[%s]`\n".formatted(table)).append(table(table)));
        text.append("\n## `[[listen]]`\n").append(rows(ListenEntry.ALL, false));
        text.append(
                "\n## `[[channel]]`\n\nA rule sets no limit that it does not mention, except for a log on disk: there an event is kept for at most 7 days, and of\na channel at most 100,000 events and 64 MiB, unless its rule sets other limits. The limits of `[storage]` or `[memory]` apply\nto all channels together.\n");
        text.append(rows(ChannelRule.ALL, false));
        text.append("\n## `[[key]]`\n").append(rows(KeyEntry.ALL, false));
        text.append("\n## `[[grant]]`\n").append(rows(GrantEntry.ALL, false));
        return text.toString();
    }

    private static String table(String table) {
        return rows(
                Settings.ALL.stream()
                        .filter(setting -> setting.table().equals(table))
                        .toList(),
                true);
    }

    private static String rows(List<Setting<?>> settings, boolean hasDefaults) {
        var text = new StringBuilder(
                hasDefaults
                        ? "\n| key | takes | default | |\n| --- | --- | --- | --- |\n"
                        : "\n| key | takes | |\n| --- | --- | --- |\n");
        for (var setting : settings) {
            text.append("| `")
                    .append(hasDefaults ? setting.name() : setting.key())
                    .append("` | ");
            text.append(setting.kind().takes()).append(" | ");
            if (hasDefaults) text.append(standard(setting)).append(" | ");
            text.append(setting.about()).append(" |\n");
        }
        return text.toString();
    }

    private static <T> String standard(Setting<T> setting) {
        return HeapBudget.of(setting)
                .map(Budget::share)
                .orElseGet(() -> '`' + setting.kind().write(setting.standard()) + '`');
    }
}
