package dev.sluice.server.page;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

final class MessagesTest {
    private static final Pattern VALUE = Pattern.compile("\\{(\\w+)}");

    private final Messages messages = Messages.parse(Resources.text("messages.js"))
            .and(Messages.parse(Resources.text("channel-messages.js")))
            .and(Messages.parse(Resources.text("doctor/doctor-messages.js")))
            .and(Messages.parse(Resources.text("operator-messages.js")))
            .and(Messages.parse(Resources.text("overview-messages.js")))
            .and(Messages.parse(Resources.text("stats-messages.js")));

    @Test
    void hasTheSamePlaceholdersInBothLanguages() {
        assertThat(messages.byName()).hasSizeGreaterThan(50).allSatisfy((name, columns) -> {
            assertThat(columns).as(name).hasSize(2).noneMatch(String::isBlank);
            assertThat(values(columns.get(1))).as(name).isEqualTo(values(columns.get(0)));
        });
    }

    private static Set<String> values(String message) {
        return new TreeSet<>(
                VALUE.matcher(message).results().map(MatchResult::group).toList());
    }

    @Test
    void hasAllMessagesThatThePagesUse() {
        assertThat(messages.byName().keySet()).containsAll(usedNames());
    }

    @Test
    void hasNoUnusedMessages() {
        String all = String.join("\n", Resources.texts());
        assertThat(messages.byName().keySet()).allSatisfy(name -> {
            String beginning = name.substring(0, name.lastIndexOf('.') + 1);
            assertThat(all).as(name).containsAnyOf("'" + name + "'", '"' + name + '"', '`' + beginning + "${");
        });
    }

    /// In the attributes of the HTML, and where scripts contain the full name of a message.
    private static Set<String> usedNames() {
        var names = new TreeSet<String>();
        Pattern mark = Pattern.compile("data-t(?:-[a-z-]+)?=\"([a-z.-]+)\"");
        Pattern call = Pattern.compile("\\b(?:words|put)\\((?:[^()]|\\([^()]*\\))*?'([a-z]+[.][a-z.-]+)'");
        for (String file : Resources.texts()) {
            mark.matcher(file).results().forEach(found -> names.add(found.group(1)));
            call.matcher(file).results().forEach(found -> names.add(found.group(1)));
        }
        assertThat(names).contains("pause", "publish.done"); // Guards against a pattern that finds nothing.
        return names;
    }

    @Test
    void refusesAMessageMissingInOneLanguage() {
        assertThatThrownBy(() -> Messages.parse("export const messages = {\"a\": [\"only English\"]};"))
                .hasMessageContaining("'a'");
        assertThat(Messages.parse("export const messages = {\"a\": [\"one\", \"一\"]};")
                        .text("a", Language.ZH))
                .isEqualTo("一");
    }

    @Test
    void numbersLanguagesInTheOrderOfTheirColumns() {
        assertThat(List.of(Language.values())).extracting(Language::column).containsExactly(0, 1);
    }
}
