package dev.sluice.packaging;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/// `docs/jvm-frameworks.md` shows what the examples have, which [JvmFrameworksTest] runs.
final class JvmFrameworksPageTest {
    private static final Pattern BLOCK = Pattern.compile("(?m)^```(\\w+)\n(.*?)^```$", Pattern.DOTALL);
    private static final int WORDS_MAX = 700;

    @Test
    void showsWhatIsRun() throws IOException {
        String examples = examples();
        assertThat(blocks(page("")))
                .filteredOn(block -> block.matches("(?s)(java|xml)\n.*"))
                .hasSize(12)
                .allSatisfy(block -> assertThat(examples).contains(plain(block.substring(block.indexOf('\n') + 1))));
    }

    @Test
    void showsTheSameInBothLanguagesInFewWords() throws IOException {
        assertThat(blocks(page(".zh-CN"))).isEqualTo(blocks(page("")));
        assertThat(BLOCK.matcher(page("")).replaceAll("").split("\\s+")).hasSizeLessThanOrEqualTo(WORDS_MAX);
    }

    private static String page(String language) throws IOException {
        return Files.readString(Command.PROJECT.resolve("docs/jvm-frameworks" + language + ".md"));
    }

    /// Each with its language in a line before it.
    private static List<String> blocks(String page) {
        return BLOCK.matcher(page)
                .results()
                .map(block -> block.group(1) + "\n" + block.group(2))
                .toList();
    }

    private static String examples() throws IOException {
        try (Stream<Path> files = Files.walk(Command.PROJECT.resolve("examples/jvm"))) {
            StringBuilder all = new StringBuilder();
            for (Path file : files.filter(each -> each.toString().matches(".*(\\.java|pom\\.xml)"))
                    .toList()) {
                // The page has versions where projects have properties.
                String version = Packages.VERSION;
                all.append(plain(Files.readString(file).replace("${sluice.version}", version)))
                        .append('\n');
            }
            return all.toString();
        }
    }

    /// Lines without the spaces at both ends.
    private static String plain(String text) {
        return text.lines().map(String::strip).collect(Collectors.joining("\n"));
    }
}
