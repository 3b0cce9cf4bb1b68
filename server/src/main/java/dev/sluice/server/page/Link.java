package dev.sluice.server.page;

import java.util.Map;

/// A page that the hub's own page names.
///
/// @param path  where it is, as `/demos/`
/// @param texts what it is called, by language (RFC 5646, as `en`); English stands in for those that are missing
public record Link(String path, Map<String, String> texts) {
    public Link {
        if (!path.startsWith("/")) throw new IllegalArgumentException("a path begins with '/', was '" + path + "'");
        texts = Map.copyOf(texts);
        if (!texts.containsKey("en")) {
            throw new IllegalArgumentException("a link has a text in English ('en'), has only " + texts.keySet());
        }
    }

    String text(Language language) {
        return texts.getOrDefault(language.tag(), texts.getOrDefault("en", path));
    }
}
