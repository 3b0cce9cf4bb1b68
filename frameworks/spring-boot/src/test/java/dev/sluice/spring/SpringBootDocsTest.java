package dev.sluice.spring;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.json.JsonMapper;

/// The guide shows what the examples and the tests run, and names properties that exist.
final class SpringBootDocsTest {
    private static final Path PROJECT = Path.of("../..").toAbsolutePath().normalize();
    private static final Pattern BLOCK = Pattern.compile("(?m)^```(\\w+)\n(.*?)^```$", Pattern.DOTALL);
    private static final Pattern PROPERTY = Pattern.compile("sluice\\.[a-z][a-z.-]*[a-z]");

    private static List<String> blocks(String page, String languages) throws IOException {
        return BLOCK.matcher(Files.readString(PROJECT.resolve(page)))
                .results()
                .filter(block -> block.group(1).matches(languages))
                .map(block -> block.group(2))
                .toList();
    }

    /// Lines without the spaces at both ends.
    private static String plain(String text) {
        return text.lines().map(String::strip).collect(Collectors.joining("\n"));
    }

    private static String sources(String... folders) throws IOException {
        var all = new StringBuilder();
        for (var folder : folders) {
            try (Stream<Path> files = Files.walk(PROJECT.resolve(folder))) {
                for (var file : files.filter(each -> each.toString().matches(".*\\.(java|html)"))
                        .toList()) {
                    all.append(plain(Files.readString(file))).append('\n');
                }
            }
        }
        return all.toString();
    }

    @ParameterizedTest
    @ValueSource(strings = {"docs/spring-boot.md", "docs/spring-boot.zh-CN.md"})
    void thePageShowsWhatIsRun(String page) throws IOException {
        var sources = sources(
                "examples/spring-boot/mvc/src",
                "examples/spring-boot/webflux/src",
                "frameworks/spring-boot/src/test/java/dev/sluice/spring/access");
        assertThat(blocks(page, "java|js"))
                .hasSize(6)
                .allSatisfy(block -> assertThat(sources).contains(plain(block)));
        var version = Pattern.compile("<version>[^<]+</version>").matcher(Files.readString(PROJECT.resolve("pom.xml")));
        assertThat(version.find()).isTrue();
        assertThat(blocks(page, "xml"))
                .singleElement()
                .asString()
                .contains("<artifactId>sluice-spring-boot-starter</artifactId>", version.group());
    }

    @Test
    void thePagesShowTheSameInBothLanguages() throws IOException {
        assertThat(blocks("docs/spring-boot.zh-CN.md", ".*")).isEqualTo(blocks("docs/spring-boot.md", ".*"));
    }

    @Test
    void thePageNamesPropertiesThatExist() throws IOException {
        var metadata = new JsonMapper()
                .readTree(SpringBootDocsTest.class.getResourceAsStream("/META-INF/spring-configuration-metadata.json"));
        var known = metadata.get("properties")
                .valueStream()
                .map(each -> each.get("name").asString())
                .toList();
        assertThat(known).contains("sluice.url", "sluice.embedded.port", "sluice.settings");
        assertThat(metadata.get("properties").valueStream())
                .allSatisfy(each -> assertThat(each.path("description").asString(""))
                        .as(each.get("name").asString())
                        .isNotEmpty());

        var page = Files.readString(PROJECT.resolve("docs/spring-boot.md"));
        var named = PROPERTY.matcher(page.replaceAll("dev\\.sluice", "").replaceAll("sluice\\.(gap|closed|to)\\b", ""))
                .results()
                .map(match -> match.group().replaceAll("^(sluice\\.(settings|rules)).*", "$1"))
                .distinct()
                .toList();
        assertThat(named)
                .hasSizeGreaterThan(6)
                .allSatisfy(each -> assertThat(known).contains(each));
    }
}
