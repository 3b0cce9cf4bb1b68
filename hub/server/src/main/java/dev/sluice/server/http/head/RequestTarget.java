package dev.sluice.server.http.head;

import dev.sluice.core.channel.Characters;
import org.jspecify.annotations.Nullable;

/// The target of a request line (RFC 9112 §3.2), in its parts, still encoded.
///
/// @param authority of the absolute form, which takes precedence over the `Host` header; null in the origin form
record RequestTarget(@Nullable String authority, String path, String query) {
    /// @throws ProblemException if the form is invalid, or is that of `CONNECT`
    static RequestTarget parse(String text) {
        if (text.regionMatches(true, 0, "http://", 0, 7) || text.regionMatches(true, 0, "https://", 0, 8)) {
            int start = text.indexOf("//") + 2;
            int end = start;
            while (end < text.length() && "/?#".indexOf(text.charAt(end)) < 0) end++;
            String rest = text.substring(end);
            RequestTarget inner = parse(rest.startsWith("/") ? rest : "/" + rest);
            return new RequestTarget(text.substring(start, end), inner.path, inner.query);
        }
        if (text.equals("*")) return new RequestTarget(null, "/*", "");
        if (!text.startsWith("/") || text.indexOf('#') >= 0 || text.indexOf(' ') >= 0 || Characters.hasControl(text)) {
            throw Problems.BAD_REQUEST.refused(
                    "path",
                    "The request's target " + Problems.quoted(text)
                            + " is not a path: a path begins with '/', and has no '#', space or control character.");
        }
        int mark = text.indexOf('?');
        return mark < 0
                ? new RequestTarget(null, text, "")
                : new RequestTarget(null, text.substring(0, mark), text.substring(mark + 1));
    }
}
