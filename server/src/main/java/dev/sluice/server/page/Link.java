package dev.sluice.server.page;

import java.util.Map;

/// A link in the navigation of all pages, to a page of the embedding program.
///
/// @param path the linked path, as `/demos/`
public record Link(String path, Translation text) {
    public Link {
        if (!path.startsWith("/")) throw new IllegalArgumentException("a path begins with '/', was '" + path + "'");
    }

    /// @param texts the text by language
    public Link(String path, Map<String, String> texts) {
        this(path, new Translation(texts));
    }
}
