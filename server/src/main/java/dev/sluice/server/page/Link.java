package dev.sluice.server.page;

/// A page that the hub's own page names.
///
/// @param path    where it is, as `/demos/`
/// @param english what it is called
/// @param chinese the same for readers of Chinese
public record Link(String path, String english, String chinese) {
    public Link {
        if (!path.startsWith("/")) throw new IllegalArgumentException("a path begins with '/', was '" + path + "'");
    }
}
