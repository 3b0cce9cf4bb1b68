package dev.sluice.library;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Every Java snippet in the library's documentation is one of the [Examples], which a test runs, or a program in
/// `examples/`, which OutsideTest builds and runs.
final class LibraryDocsTest {
    private static final Path PROJECT = Path.of("../..").toAbsolutePath().normalize();
    private static final Pattern BLOCK = Pattern.compile("(?m)^```(\\w+)\n(.*?)^```$", Pattern.DOTALL);
    private static final Pattern REGION =
            Pattern.compile("( *)// @start region=\"(\\w+)\"\n(.*?) *// @end", Pattern.DOTALL);

    private static String read(String path) throws IOException {
        return Files.readString(PROJECT.resolve(path));
    }

    private static List<String> blocks(String document, String language) throws IOException {
        return BLOCK.matcher(read(document))
                .results()
                .filter(block -> block.group(1).equals(language))
                .map(block -> block.group(2))
                .toList();
    }

    private static List<String> examples() throws IOException {
        return REGION.matcher(read("hub/library/src/test/java/dev/sluice/library/Examples.java"))
                .results()
                .map(region -> region.group(3).stripTrailing().stripIndent() + "\n")
                .toList();
    }

    @ParameterizedTest
    @ValueSource(strings = {"docs/library.md", "docs/library.zh-CN.md"})
    void showsOnlySnippetsThatTestsRun(String document) throws IOException {
        var expected = new TreeSet<>(examples());
        expected.add(read("examples/single-file/Main.java"));
        expected.add(read("examples/maven/src/main/java/example/Main.java"));

        assertThat(new TreeSet<>(blocks(document, "java"))).isEqualTo(expected);
        assertThat(blocks(document, "js"))
                .containsExactly(read("hub/library/src/test/resources/dev/sluice/library/prices/prices.js"));
        assertThat(blocks(document, "xml"))
                .allSatisfy(block -> assertThat(read("examples/maven/pom.xml")).contains(block));
        assertThat(blocks(document, "sh"))
                .allSatisfy(block -> assertThat(read("examples/README.md")).contains(block));
    }

    @Test
    void showsTheSameSnippetsInBothLanguages() throws IOException {
        for (var language : List.of("java", "xml", "sh")) {
            assertThat(blocks("docs/library.zh-CN.md", language)).isEqualTo(blocks("docs/library.md", language));
        }
    }
}
