package dev.sluice.app.docs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.app.Checkout;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/// Checks docs/security.md, each row of which names tests, and that these and those of docs/compatibility.md and
/// docs/evidence/answers.md exist.
final class SecurityDocsTest {
    private static final Path PROJECT = Path.of("..");
    private static final Path PAGE = PROJECT.resolve("docs/security.md");
    private static final Path COMPATIBILITY = PROJECT.resolve("docs/compatibility.md");
    private static final Path ANSWERS = PROJECT.resolve("docs/evidence/answers.md");
    private static final Pattern TEST = Pattern.compile("`(\\w+)#(\\w+)`");
    private static final Pattern SCRIPT = Pattern.compile("`([\\w-]+\\.test\\.mjs): ([^`]+)`");

    @Test
    void namesTestsThatExist() throws IOException {
        Map<String, String> sources = tests();
        List<String[]> named = TEST.matcher(
                        Files.readString(PAGE) + Files.readString(COMPATIBILITY) + Files.readString(ANSWERS))
                .results()
                .map(match -> new String[] {match.group(1), match.group(2)})
                .toList();
        assertThat(named).hasSizeGreaterThan(50);
        assertThat(named)
                .allSatisfy(test -> assertThat(sources.getOrDefault(test[0], ""))
                        .as("%s#%s", test[0], test[1])
                        .containsPattern("@(Test|ParameterizedTest|Property)\\b(?:(?!\\bvoid\\b)[\\s\\S])*?void "
                                + test[1] + "\\("));
    }

    @Test
    void namesTestsOfScriptsThatExist() throws IOException {
        Map<String, String> sources = new HashMap<>();
        for (String client : List.of("answers-js", "client-js")) {
            try (Stream<Path> files =
                    Files.list(PROJECT.resolve("clients").resolve(client).resolve("test"))) {
                for (Path file : files.filter(Files::isRegularFile).toList())
                    sources.merge(
                            file.getFileName().toString(),
                            Files.readString(file).replace("\\'", "'"),
                            String::concat);
            }
        }
        assertThat(SCRIPT.matcher(Files.readString(ANSWERS)).results())
                .hasSizeGreaterThan(10)
                .allSatisfy(named -> assertThat(sources.getOrDefault(named.group(1), ""))
                        .as(named.group())
                        .containsAnyOf("test('" + named.group(2) + "'", "test(`" + named.group(2) + " ("));
    }

    @Test
    void namesATestForEachThreat() throws IOException {
        List<String> rows = Files.readAllLines(PAGE).stream()
                .filter(line -> line.startsWith("| ") && !line.startsWith("| threat") && !line.startsWith("| ---"))
                .toList();
        assertThat(rows).isNotEmpty().allSatisfy(row -> {
            String[] cells = row.split(" \\| ", -1);
            assertThat(cells).as(row).hasSize(3);
            assertThat(Arrays.asList(cells)).last().asString().containsPattern(TEST);
        });
    }

    /// The sources of all classes of tests, by their simple names.
    private static Map<String, String> tests() throws IOException {
        Map<String, String> sources = new HashMap<>();
        for (Path module : Checkout.modules()) {
            Path tests = module.resolve("src/test/java");
            if (!Files.isDirectory(tests)) continue;
            try (Stream<Path> files = Files.walk(tests)) {
                for (Path file : files.filter(each -> each.toString().endsWith("Test.java"))
                        .toList()) {
                    String name = file.getFileName().toString().replace(".java", "");
                    sources.merge(name, Files.readString(file), (one, other) -> one + other);
                }
            }
        }
        return sources;
    }
}
