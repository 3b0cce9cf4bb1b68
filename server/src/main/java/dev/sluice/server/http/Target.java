package dev.sluice.server.http;

import org.jspecify.annotations.Nullable;

/// What a request line asks for (RFC 9112 §3.2), in its parts, still encoded.
///
/// @param authority of the absolute form, which then stands above the `Host` header; null in the usual form
record Target(@Nullable String authority, String path, String query) {
    /// @throws Refused if it is none of the forms, or is `CONNECT`'s
    static Target parse(String text) {
        if (text.regionMatches(true, 0, "http://", 0, 7) || text.regionMatches(true, 0, "https://", 0, 8)) {
            int start = text.indexOf("//") + 2;
            int end = start;
            while (end < text.length() && "/?#".indexOf(text.charAt(end)) < 0) end++;
            String rest = text.substring(end);
            Target inner = parse(rest.startsWith("/") ? rest : "/" + rest);
            return new Target(text.substring(start, end), inner.path, inner.query);
        }
        if (text.equals("*")) return new Target(null, "/*", "");
        if (!text.startsWith("/") || text.indexOf('#') >= 0 || text.chars().anyMatch(Character::isISOControl)) {
            throw Problems.BAD_REQUEST.refused(
                    "path",
                    "The request's target " + Problems.quoted(text)
                            + " is no path: it begins with '/', and has no '#' and no control characters.");
        }
        int mark = text.indexOf('?');
        return mark < 0
                ? new Target(null, text, "")
                : new Target(null, text.substring(0, mark), text.substring(mark + 1));
    }
}
