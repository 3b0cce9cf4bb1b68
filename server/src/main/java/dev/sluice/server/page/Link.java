package dev.sluice.server.page;

import java.util.Map;

/// A link on the hub's page.
///
/// @param path  the linked path, as `/demos/`
/// @param texts the text by language (RFC 5646, as `en`); English is the fallback for missing ones
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
