package dev.sluice.server.page;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.core.delivery.stream.EndCode;
import dev.sluice.core.log.GapReason;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
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
            .and(Messages.parse(Resources.text("later-messages.js")))
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

    /// What scripts append to the beginning of a name. What the hub says comes from its code: a new value needs words.
    private static final Map<String, List<String>> ENDINGS = Map.ofEntries(
            Map.entry("action.", List.of("pause", "publish-open", "shortcuts-open")),
            Map.entry("carries.", List.of("sse", "websocket", "ndjson", "text", "poll", "session")),
            Map.entry("detail.", List.of("event", "trace", "wire", "diff")),
            Map.entry(
                    "doctor.probe.",
                    List.of("arrival", "cache", "connections", "cors", "cut", "ndjson", "sse", "upload", "websocket")),
            Map.entry(
                    "doctor.seen.",
                    List.of(
                            "arrival",
                            "baseline",
                            "cache",
                            "connections",
                            "encoding",
                            "preflight",
                            "proxy",
                            "scheme",
                            "socket",
                            "stream",
                            "upload",
                            "upload-slow")),
            Map.entry("doctor.severity.", List.of("error", "note", "warning")),
            Map.entry("doctor.state.", List.of("ill", "runs", "skipped", "waits", "well")),
            Map.entry("error.", List.of("401", "403")),
            Map.entry("gap.", named(GapReason.values())),
            Map.entry("nodes.role.", List.of("leader", "follower", "candidate", "listener")),
            Map.entry("reason.", named(EndCode.values())),
            Map.entry("settings.", List.of("yes", "no")),
            Map.entry("settings.kind.", List.of("password", "static", "tokens", "certificates")),
            Map.entry("state.", List.of("connecting", "open", "waiting", "failed", "ended")),
            Map.entry("template.", List.of("newest", "json", "log", "hex")),
            Map.entry("trace.", List.of("connected", "resumed", "subscribed", "gap", "ended")),
            Map.entry("transport.", List.of("sse", "websocket", "ndjson", "text", "longpoll", "poll")));

    private static List<String> named(Enum<?>[] values) {
        return Arrays.stream(values)
                .map(each -> each.name().toLowerCase(Locale.ROOT).replace('_', '-'))
                .toList();
    }

    @Test
    void hasAllMessagesWhoseNamesScriptsPutTogether() {
        Pattern name = Pattern.compile("(words(?:Or)?|put)\\((?:[^`\n;]*?, )?`([a-z.-]+)\\$\\{([^`]*)}`");
        Pattern literal = Pattern.compile("[?:] *'([a-z-]+)'");
        var beginnings = new TreeSet<String>();
        for (String file : Resources.texts()) {
            name.matcher(file).results().forEach(found -> {
                String beginning = found.group(2);
                beginnings.add(beginning);
                if (!ENDINGS.containsKey(beginning) && found.group(1).equals("wordsOr")) return;
                assertThat(ENDINGS).as("endings of " + found.group()).containsKey(beginning);
                var endings = new TreeSet<>(ENDINGS.get(beginning));
                literal.matcher(found.group(3)).results().forEach(each -> endings.add(each.group(1)));
                for (String ending : endings)
                    assertThat(messages.byName()).as(found.group()).containsKey(beginning + ending);
            });
        }
        assertThat(beginnings).contains("carries.", "reason.", "state.", "template.");
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
