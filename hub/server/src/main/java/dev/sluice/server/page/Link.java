package dev.sluice.server.page;

import dev.sluice.core.channel.Pattern;
import java.util.Map;
import java.util.function.IntSupplier;

/// A link in the navigation of all pages, to a page of the embedding program.
///
/// @param path the linked path, as `/demos/`
/// @param icon    lines in a square of 24 × 24, as the `d` of an SVG path
/// @param readers channels that a visitor must be allowed to read to see the alarms
/// @param alarms  returns the number of items there that need attention; called for each page
public record Link(String path, String icon, Translation text, Pattern readers, IntSupplier alarms) {
    /// The icon of a program: two blocks.
    private static final String BLOCKS = "M4 7l4-3 4 3v5l-4 3-4-3zM12 12l4-3 4 3v5l-4 3-4-3z";

    private static final String LINES = "[Mm][MmLlHhVvCcSsQqTtAaZz0-9 ,.-]{1,999}";

    public Link {
        if (!path.startsWith("/")) throw new IllegalArgumentException("a path begins with '/', was '" + path + "'");
        if (!icon.matches(LINES)) {
            throw new IllegalArgumentException(
                    "an icon is the d of an SVG path, at most 1000 characters from M on, was '" + icon + "'");
        }
    }

    /// @param texts the text by language
    public Link(String path, Map<String, String> texts) {
        this(path, BLOCKS, texts, "**", () -> 0);
    }

    /// @param texts the text by language
    public Link(String path, String icon, Map<String, String> texts, String readers, IntSupplier alarms) {
        this(path, icon, new Translation(texts), Pattern.of(readers), alarms);
    }
}
