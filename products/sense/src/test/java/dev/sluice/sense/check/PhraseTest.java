package dev.sluice.sense.check;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.sense.incident.IncidentLog;
import dev.sluice.sense.notify.Alert;
import dev.sluice.sense.notify.AlertText;
import dev.sluice.sense.store.Database;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class PhraseTest {
    private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");

    @Test
    void saysTheSameInBothLanguagesWithTheSameValues() {
        Phrase.words().forEach((name, texts) -> {
            assertThat(texts).as(name).containsOnlyKeys("en", "zh");
            assertThat(values(texts.get("zh"))).as(name).isEqualTo(values(texts.get("en")));
        });
        Phrase header = Phrase.of("header", "X-Version", "8\n9");
        assertThat(header).hasToString("header X-Version with '8 9'");
        assertThat(header.in("zh")).isEqualTo("响应头 X-Version 含“8 9”");
    }

    private static Set<String> values(String text) {
        return Pattern.compile("\\{[ab]}")
                .matcher(text)
                .results()
                .map(found -> found.group())
                .collect(Collectors.toSet());
    }

    /// If one of several uses of a phrase were English text instead, only Chinese readers would notice.
    @Test
    void usesNoTextWhereThereIsAPhrase() throws Exception {
        List<Pattern> english = Phrase.words().values().stream()
                .map(texts -> texts.get("en").replaceAll("\\{[ab]}", "\\\\E.+\\\\Q"))
                .map(text -> Pattern.compile("\\Q" + text + "\\E"))
                .toList();
        Pattern calls = Pattern.compile("(Phrase\\.text|Outcome\\.failed|new Failure|new [.\\w]*Unclear)\\([^;]*;");
        try (var files = Files.walk(Path.of("src/main/java"))) {
            for (Path file :
                    files.filter(each -> each.toString().endsWith(".java")).toList()) {
                Set<String> texts = new TreeSet<>();
                calls.matcher(Files.readString(file))
                        .results()
                        .map(call -> call.group().replaceAll("Phrase\\.of\\([^)]*\\)", ""))
                        .forEach(call -> Pattern.compile("\"([^\"]+)\"")
                                .matcher(call)
                                .results()
                                .forEach(text -> texts.add(text.group(1))));
                assertThat(texts)
                        .as(file.toString())
                        .noneMatch(text -> english.stream()
                                .anyMatch(each -> each.matcher(text).matches()));
            }
        }
    }

    @Test
    void usesEachPhrase() throws Exception {
        Set<String> used = new TreeSet<>();
        Pattern codes = Pattern.compile("\"([a-z-]+)\"");
        try (var files = Files.walk(Path.of("src/main/java"))) {
            for (Path file :
                    files.filter(each -> each.toString().endsWith(".java")).toList()) {
                Pattern.compile("Phrase\\.of\\(([^;]*?)\\)")
                        .matcher(Files.readString(file))
                        .results()
                        .forEach(call -> codes.matcher(call.group(1))
                                .results()
                                .forEach(found -> used.add("sense.phrase." + found.group(1))));
            }
        }
        assertThat(used).containsAll(Phrase.words().keySet());
    }

    /// A rollback to an older version must not keep Sense from starting.
    @Test
    void readsAPhraseOfANewerVersionInItsEnglishText() {
        Database database = Database.inMemory();
        var log = new IncidentLog(database);
        long id = log.open("shop", NOW, NOW, new Failure(Phrase.of("status", "2xx"), Phrase.of("refused")))
                .id();
        database.change("update incident set phrases = replace(phrases, '\"refused\"', '\"from-the-future\"')");
        assertThat(log.find(id).orElseThrow().failure()).hasToString("expected status 2xx, found connection refused");
    }

    @Test
    void reachesChineseAlertsThroughTheDatabase() {
        var log = new IncidentLog(Database.inMemory());
        long id = log.open("shop", NOW, NOW, new Failure(Phrase.of("status", "2xx"), Phrase.of("refused")))
                .id();
        Failure failure = log.find(id).orElseThrow().failure();
        var alert = new Alert(Alert.Kind.OPENED, null, "abc", id, "shop", "商店", failure, NOW, NOW, Duration.ZERO, null);
        assertThat(AlertText.ZH.whole(alert)).contains("预期状态码 2xx，实际连接被拒绝");
        assertThat(AlertText.EN.whole(alert)).contains("Expected status 2xx, found connection refused");
        assertThat(List.of(failure.expected(), failure.found())).containsExactly("status 2xx", "connection refused");
    }
}
