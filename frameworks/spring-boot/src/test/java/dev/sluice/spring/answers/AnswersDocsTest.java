package dev.sluice.spring.answers;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/// The guide shows what the tests run, in both languages.
final class AnswersDocsTest {
    private static final Path PROJECT = Path.of("../..").toAbsolutePath().normalize();
    private static final Path SOURCES =
            PROJECT.resolve("frameworks/spring-boot/src/test/java/dev/sluice/spring/answers");
    private static final Pattern JAVA = Pattern.compile("(?m)^```java\n(.*?)^```$", Pattern.DOTALL);

    private static List<String> blocks(String page) throws IOException {
        return JAVA.matcher(Files.readString(PROJECT.resolve(page)))
                .results()
                .map(block -> plain(block.group(1)))
                .toList();
    }

    /// Lines without the spaces at both ends.
    private static String plain(String text) {
        return text.lines().map(String::strip).collect(Collectors.joining("\n"));
    }

    @Test
    void thePagesShowWhatIsRun() throws IOException {
        var sources = plain(Files.readString(SOURCES.resolve("JavaModelsTest.java")));
        assertThat(blocks("docs/ai-frameworks-java.md"))
                .hasSize(5)
                .isEqualTo(blocks("docs/ai-frameworks-java.zh-CN.md"))
                .allSatisfy(block -> assertThat(sources).contains(block));
    }

    @Test
    void thePageNamesEachFileAndTheVersions() throws IOException {
        var page = Files.readString(PROJECT.resolve("docs/ai-frameworks-java.md"));
        var pom = Files.readString(PROJECT.resolve("frameworks/spring-boot/pom.xml"));
        for (var name : List.of("langchain4j", "spring-ai")) {
            var version = Pattern.compile("<%s.version>(.+)</".formatted(name)).matcher(pom);
            assertThat(version.find()).isTrue();
            assertThat(page).contains(version.group(1));
        }
        assertThat(page)
                .contains(
                        "Ends.java",
                        "LangChain4jAnswer.java",
                        "SpringAiAnswer.java",
                        "OpenAiCalls.java",
                        "TextSubscriber.java");
    }
}
