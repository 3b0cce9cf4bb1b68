package dev.sluice.app.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/// The texts of the pages use the Chinese term of the glossary for its English term.
final class GlossaryTest {
    private static final Path PROJECT = Path.of("..").toAbsolutePath().normalize();
    private static final List<String> FOLDERS = List.of(
            "hub/server/src/main/resources", "products/sense/src/main/resources", "products/lab/src/main/resources");

    /// A message, as `"name": ["English", "Chinese"]` or as `"name": {"en": "English", "zh": "Chinese"}`.
    private static final Pattern MESSAGE = Pattern.compile(
            "\"([\\w.-]+)\": (?:\\[|\\{\"en\": )\"((?:[^\"\\\\]|\\\\.)*)\", (?:\"zh\": )?\"((?:[^\"\\\\]|\\\\.)*)\"");

    private static final Pattern ROW = Pattern.compile("(?m)^\\| ([^|]+) \\| ([^|]+) \\| [^|]+ \\| [^|]+ \\|$");

    /// Messages in which the English word is not the term.
    private static final Set<String> OTHER_MEANING = Set.of("sense.choice.sse"); // a name

    private record Term(String english, List<String> chinese) {
        /// The word or its plural. A name of a file is no word.
        Pattern words() {
            String plural = english.endsWith("y")
                    ? english.substring(0, english.length() - 1) + "(?:y|ies)"
                    : english + "(?:s|es)?";
            return Pattern.compile("(?i)(?<![\\w./])" + plural + "(?![\\w/]|\\.\\w)");
        }

        boolean isIn(String text) {
            return chinese.stream().anyMatch(text::contains);
        }
    }

    private record Message(String name, String english, String chinese) {}

    @Test
    void pagesUseTheChineseTermForTheEnglishOne() throws IOException {
        List<String> wrong = new ArrayList<>();
        Set<String> exempted = new TreeSet<>();
        for (var message : messages()) {
            for (var term : missing(message, terms())) {
                if (OTHER_MEANING.contains(message.name)) exempted.add(message.name);
                else
                    wrong.add("%s: '%s' is %s, not in: %s"
                            .formatted(message.name, term.english, term.chinese, message.chinese));
            }
        }
        assertThat(wrong).isEmpty();
        assertThat(exempted).as("exemptions in use").isEqualTo(new TreeSet<>(OTHER_MEANING));
    }

    @Test
    void detectsAnotherTerm() {
        var terms = Stream.of(new Term("log", List.of("日志")), new Term("log in", List.of("登录")))
                .toList();
        assertThat(missing(new Message("a", "Log in to search the logs", "登录以搜索记录"), terms))
                .containsExactly(terms.getFirst());
        assertThat(missing(new Message("b", "Log in again", "请重新登录"), terms)).isEmpty();
    }

    /// The terms that a message has in English, and not in Chinese. A longer term hides the shorter ones in it.
    private static List<Term> missing(Message message, List<Term> terms) {
        List<Term> missing = new ArrayList<>();
        String rest = message.english;
        for (var term : terms.stream()
                .sorted(Comparator.comparing(term -> -term.english.length()))
                .toList()) {
            var words = term.words().matcher(rest);
            if (!words.find()) continue;
            rest = words.replaceAll("");
            if (!term.isIn(message.chinese)) missing.add(term);
        }
        return missing;
    }

    private static List<Term> terms() throws IOException {
        List<Term> terms = new ArrayList<>();
        for (var row : ROW.matcher(Files.readString(PROJECT.resolve("docs/glossary.md")))
                .results()
                .toList()) {
            if (row.group(1).matches("English|---")) continue;
            List<String> chinese = List.of(row.group(2).split("、"));
            for (String english : row.group(1).split(", ")) terms.add(new Term(english, chinese));
        }
        assertThat(terms).hasSizeGreaterThan(40);
        return terms;
    }

    private static List<Message> messages() throws IOException {
        List<Message> messages = new ArrayList<>();
        for (String folder : FOLDERS) {
            int before = messages.size();
            try (var files = Files.walk(PROJECT.resolve(folder))) {
                for (Path file : files.filter(GlossaryTest::hasMessages).toList()) {
                    MESSAGE.matcher(Files.readString(file))
                            .results()
                            .map(match -> new Message(match.group(1), withoutForms(match.group(2)), match.group(3)))
                            .forEach(messages::add);
                }
            }
            assertThat(messages.size() - before).as(folder).isGreaterThan(100);
        }
        return messages;
    }

    private static boolean hasMessages(Path file) {
        return file.toString().matches(".*([^/]*messages\\.js|(words|phrases)\\.json)");
    }

    /// Leaves the plural of `{n|event|events}`, and drops other placeholders.
    private static String withoutForms(String english) {
        return english.replaceAll("\\{\\w+\\|[^|}]*\\|([^}]*)}", "$1").replaceAll("\\{\\w+}", "");
    }
}
