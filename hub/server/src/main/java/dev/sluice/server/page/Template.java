package dev.sluice.server.page;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// A page in one language, with placeholders.
///
/// In its file, an empty element with `data-t="name"` gets that message as its text, and `data-t-aria-label="name"`
/// gets it as that attribute; the script uses the same attributes to switch to another language. `{{name}}` is a
/// placeholder.
///
/// @param parts the markup before, between and after placeholders
/// @param names the names of the placeholders
record Template(List<String> parts, List<String> names) {
    private static final Pattern TEXT = Pattern.compile("data-t=\"([a-z.-]+)\"[^>]*>");
    private static final Pattern ATTRIBUTE = Pattern.compile("data-t-(aria-label|placeholder)=\"([a-z.-]+)\"");
    private static final Pattern PLACEHOLDER = Pattern.compile("\\{\\{([a-z]+)}}");

    static Template of(String file, Messages messages, Language language) {
        String withAttributes = ATTRIBUTE
                .matcher(file)
                .replaceAll(found -> quoted(found.group() + " " + found.group(1) + "=\""
                        + escaped(messages, found.group(2), language) + "\""));
        String translated = TEXT.matcher(withAttributes)
                .replaceAll(found -> quoted(found.group() + escaped(messages, found.group(1), language)));
        var parts = new ArrayList<String>();
        var names = new ArrayList<String>();
        Matcher placeholders = PLACEHOLDER.matcher(translated);
        int from = 0;
        while (placeholders.find()) {
            parts.add(translated.substring(from, placeholders.start()));
            names.add(placeholders.group(1));
            from = placeholders.end();
        }
        parts.add(translated.substring(from));
        return new Template(List.copyOf(parts), List.copyOf(names));
    }

    /// Checks the names of messages and placeholders in a part of a page.
    ///
    /// @throws IllegalArgumentException if it names an unknown message, or a placeholder that is not one of
    ///     these
    static void check(String part, Messages messages, Set<String> placeholders) {
        TEXT.matcher(part).results().forEach(found -> messages.text(found.group(1), Language.EN));
        ATTRIBUTE.matcher(part).results().forEach(found -> messages.text(found.group(2), Language.EN));
        PLACEHOLDER.matcher(part).results().forEach(found -> {
            if (placeholders.contains(found.group(1))) return;
            throw new IllegalArgumentException("there is no value for {{" + found.group(1) + "}}");
        });
    }

    /// Returns the page with these values, which are markup, in its placeholders. One pass fills all of them, so
    /// that `{{name}}` within a value is not mistaken for a placeholder.
    String fill(Map<String, String> values) {
        StringBuilder page = new StringBuilder();
        for (int i = 0; i < parts.size(); i++) {
            page.append(parts.get(i));
            if (i == names.size()) break;
            String value = values.get(names.get(i));
            if (value == null) throw new IllegalArgumentException("nothing for {{" + names.get(i) + "}}");
            page.append(value);
        }
        return page.toString();
    }

    private static String escaped(Messages messages, String name, Language language) {
        return Html.escape(messages.text(name, language));
    }

    private static String quoted(String replacement) {
        return Matcher.quoteReplacement(replacement);
    }
}
