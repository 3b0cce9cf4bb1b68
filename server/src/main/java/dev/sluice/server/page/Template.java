package dev.sluice.server.page;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// A page in one language, with places to fill.
///
/// In its file an empty element with `data-t="name"` gets that message as its text, and
/// `data-t-aria-label="name"` gets that attribute: the same marks by which the script says it all again in
/// another language. `{{name}}` is a place.
///
/// @param parts markup, and between two of them a place
/// @param names of the places
record Template(List<String> parts, List<String> names) {
    private static final Pattern TEXT = Pattern.compile("data-t=\"([a-z.-]+)\"[^>]*>");
    private static final Pattern ATTRIBUTE = Pattern.compile("data-t-(aria-label|placeholder)=\"([a-z.-]+)\"");
    private static final Pattern PLACE = Pattern.compile("\\{\\{([a-z]+)}}");

    static Template of(String file, Messages messages, Language language) {
        String labelled = ATTRIBUTE
                .matcher(file)
                .replaceAll(found -> quoted(
                        found.group() + " " + found.group(1) + "=\"" + say(messages, found.group(2), language) + "\""));
        String spoken = TEXT.matcher(labelled)
                .replaceAll(found -> quoted(found.group() + say(messages, found.group(1), language)));
        var parts = new ArrayList<String>();
        var names = new ArrayList<String>();
        Matcher places = PLACE.matcher(spoken);
        int from = 0;
        while (places.find()) {
            parts.add(spoken.substring(from, places.start()));
            names.add(places.group(1));
            from = places.end();
        }
        parts.add(spoken.substring(from));
        return new Template(List.copyOf(parts), List.copyOf(names));
    }

    /// The page with markup in its places. Filled in one go, so that what one value says is never taken for a
    /// place.
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

    private static String say(Messages messages, String name, Language language) {
        return Html.escape(messages.say(name, language));
    }

    private static String quoted(String replacement) {
        return Matcher.quoteReplacement(replacement);
    }
}
