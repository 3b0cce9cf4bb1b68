package dev.sluice.server.page;

import java.util.Arrays;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/// A text of a program in the languages that it knows.
///
/// @param texts by language (RFC 5646, as `en`); English is the fallback for missing ones
public record Translation(Map<String, String> texts) {
    public Translation {
        texts = Map.copyOf(texts);
        if (!texts.containsKey("en")) {
            throw new IllegalArgumentException("a text must have English ('en'), has only " + texts.keySet());
        }
    }

    String in(Language language) {
        return texts.getOrDefault(language.tag(), texts.getOrDefault("en", ""));
    }

    /// Markup with the text in all languages, of which the style shows one, so that the page can change its
    /// language without a request.
    String markup() {
        Set<String> different = Arrays.stream(Language.values()).map(this::in).collect(Collectors.toSet());
        if (different.size() == 1) return Html.escape(in(Language.EN));
        Html html = new Html();
        for (Language language : Language.values()) {
            html.markup("<span lang=\"" + language.tag() + "\">")
                    .text(in(language))
                    .markup("</span>");
        }
        return html.toString();
    }
}
