package dev.sluice.server.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/// `docs/metrics.md` has the metrics as the code has them.
class MetricsDocsTest {
    private static String row(Metric metric) {
        return start(metric) + " | " + cell(metric.help()) + " | " + cell(metric.advice()) + " |";
    }

    /// The columns that need no translation.
    private static String start(Metric metric) {
        String labels = metric.labels().stream().map(each -> "`" + each + "`").collect(Collectors.joining(", "));
        String type = metric.type().name().toLowerCase(Locale.ROOT);
        return "| `" + metric.name() + "` | " + type + " | " + labels;
    }

    private static String cell(String text) {
        return text.replaceAll("\\b(sluice_\\w+|jvm_\\w+|\\w+\\.\\w+_max)\\b", "`$1`");
    }

    private static List<String> rows(String page) throws IOException {
        return Files.readAllLines(Path.of("../../docs/" + page)).stream()
                .filter(line -> line.startsWith("| `sluice_"))
                .toList();
    }

    @Test
    void describesEachMetricInTheWordsOfTheCode() throws IOException {
        assertThat(rows("metrics.md"))
                .containsExactlyElementsOf(
                        MetricList.ALL.stream().map(MetricsDocsTest::row).toList());
    }

    @Test
    void hasTheSameMetricsInChinese() throws IOException {
        List<String> rows = rows("metrics.zh-CN.md");
        assertThat(rows).hasSameSizeAs(MetricList.ALL);
        for (int i = 0; i < rows.size(); i++) {
            assertThat(rows.get(i)).startsWith(start(MetricList.ALL.get(i)) + " | ");
        }
    }
}
