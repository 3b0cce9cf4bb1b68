package dev.sluice.server.search;

import dev.sluice.core.event.Content;
import dev.sluice.core.event.ContentKind;
import dev.sluice.core.event.Event;
import dev.sluice.server.http.head.Problems;
import dev.sluice.server.json.JsonEscapes;
import dev.sluice.server.json.JsonMember;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Decides which events match a search, in the language of `docs/protocol.md` §5. The filter of a channel's page
/// has the same language (`filter.js`). A text without terms matches every event.
final class EventQuery {
    private static final int CHARACTERS_MAX = 1_000;
    private static final int TERMS_MAX = 16;

    private static final Pattern TERM = Pattern.compile("\"([^\"]*)\"|(\\S+)");
    private static final Pattern COMPARED = Pattern.compile("([^\\s:<>=]+)(:|>=|<=|>|<|=)(.+)", Pattern.DOTALL);

    /// Possessive: with backtracking, a text of many digits that is not a number would take quadratic time.
    private static final Pattern NUMBER = Pattern.compile("[-+]?(\\d++\\.?\\d*+|\\.\\d++)([eE][-+]?\\d{1,3})?");

    private static final Set<String> ABOUT = Set.of("type", "key", "channel", "from", "id");

    private interface Comparison {
        boolean test(String value, String wanted);
    }

    private static final Map<String, Comparison> COMPARISONS = Map.of(
            ":", (value, wanted) -> lower(value).contains(wanted),
            "=", (value, wanted) -> lower(value).equals(wanted),
            ">", (value, wanted) -> number(value) > number(wanted),
            "<", (value, wanted) -> number(value) < number(wanted),
            ">=", (value, wanted) -> number(value) >= number(wanted),
            "<=", (value, wanted) -> number(value) <= number(wanted));

    private final List<Predicate<Searched>> terms;

    private EventQuery(List<Predicate<Searched>> terms) {
        this.terms = List.copyOf(terms);
    }

    /// @throws dev.sluice.server.http.head.ProblemException if it is too long
    static EventQuery parse(String text) {
        List<Predicate<Searched>> terms = new ArrayList<>();
        Matcher found = TERM.matcher(text);
        while (found.find()) {
            String quoted = found.group(1);
            if (quoted == null) terms.add(term(found.group(2)));
            else if (!quoted.isEmpty()) terms.add(contains(quoted));
        }
        if (text.length() > CHARACTERS_MAX || terms.size() > TERMS_MAX)
            throw Problems.BAD_PARAMETER.refused(
                    "q", "A search has at most " + TERMS_MAX + " terms and " + CHARACTERS_MAX + " characters.");
        return new EventQuery(terms);
    }

    private static Predicate<Searched> term(String word) {
        Matcher parts = COMPARED.matcher(word);
        if (!parts.matches()) return contains(word);
        String name = parts.group(1);
        Comparison comparison = Objects.requireNonNull(COMPARISONS.get(parts.group(2)));
        String wanted = lower(parts.group(3));
        List<String> path = List.of(name.split("\\.", -1));
        Predicate<Searched> test = searched -> {
            String value = ABOUT.contains(name) ? about(searched.event, name) : searched.member(path);
            return value != null && comparison.test(value, wanted);
        };
        // A colon may also be part of the text to find, such as a time.
        return parts.group(2).equals(":") ? test.or(contains(word)) : test;
    }

    private static Predicate<Searched> contains(String text) {
        String wanted = lower(text);
        return searched -> searched.text().contains(wanted);
    }

    private static @Nullable String about(Event event, String name) {
        return switch (name) {
            case "type" -> event.type();
            case "key" -> event.key();
            case "channel" -> event.channel().value();
            case "from" -> event.from();
            default -> event.id().text();
        };
    }

    private static String lower(String text) {
        return text.toLowerCase(Locale.ROOT);
    }

    /// Returns the number that a text is, or NaN if it is not a number.
    private static double number(String text) {
        return NUMBER.matcher(text.strip()).matches() ? Double.parseDouble(text.strip()) : Double.NaN;
    }

    boolean matches(Event event) {
        Searched searched = new Searched(event);
        for (Predicate<Searched> term : terms) if (!term.test(searched)) return false;
        return true;
    }

    /// An event, with its text, which several terms may examine.
    private static final class Searched {
        private final Event event;
        private @Nullable String text;

        Searched(Event event) {
            this.event = event;
        }

        /// Returns the id, channel, type, key, publisher and data of the event, in lower case.
        String text() {
            String known = text;
            if (known == null) {
                String key = event.key() == null ? "" : event.key();
                String from = event.from() == null ? "" : event.from();
                String data = new String(data(event.content()), StandardCharsets.UTF_8);
                known = lower(
                        String.join("\n", event.id().text(), event.channel().value(), event.type(), key, from, data));
                text = known;
            }
            return known;
        }

        /// Returns the data, with the escapes of JSON resolved: many programs escape all characters outside
        /// ASCII.
        private static byte[] data(Content content) {
            boolean isEscaped = content.kind() == ContentKind.JSON && JsonEscapes.isIn(content.bytes());
            return isEscaped ? JsonEscapes.removedFrom(content.bytes()) : content.bytes();
        }

        @Nullable
        String member(List<String> path) {
            return event.contentKind() == ContentKind.JSON ? JsonMember.text(event.data(), path) : null;
        }
    }
}
