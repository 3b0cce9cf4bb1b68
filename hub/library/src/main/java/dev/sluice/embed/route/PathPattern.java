package dev.sluice.embed.route;

import dev.sluice.server.http.head.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A path of a program. `*` matches one segment, a final `**` one or more segments, which may be empty.
///
/// @param text as written, with its prefix
record PathPattern(String text, List<String> segments) implements Comparable<PathPattern> {
    /// @throws IllegalArgumentException if the path is invalid
    static PathPattern of(String text) {
        if (!text.startsWith("/")) throw new IllegalArgumentException("a path must begin with '/', was '" + text + "'");
        List<String> segments = List.of(text.substring(1).split("/", -1));
        for (int i = 0; i < segments.size(); i++) {
            String each = segments.get(i);
            boolean star = each.equals("*") || (each.equals("**") && i == segments.size() - 1);
            if (!star && each.contains("*")) {
                throw new IllegalArgumentException(
                        "in a path '*' must be a whole segment and '**' the last one, was '" + text + "'");
            }
        }
        return new PathPattern(text, segments);
    }

    /// @return the parts of the path that the stars match; null if the path does not match
    @Nullable
    List<String> match(Path path) {
        List<String> stars = new ArrayList<>(0);
        List<String> requested = path.segments();
        for (int i = 0; i < segments.size(); i++) {
            String each = segments.get(i);
            if (i >= requested.size()) return null;
            if (each.equals("**")) {
                stars.add(path.after(i));
                return stars;
            }
            if (each.equals("*")) stars.add(requested.get(i));
            else if (!each.equals(requested.get(i))) return null;
        }
        return requested.size() == segments.size() ? stars : null;
    }

    /// Orders the more specific pattern first, segment by segment: literal text, then `*`, then `**`.
    @Override
    public int compareTo(PathPattern other) {
        int common = Math.min(segments.size(), other.segments.size());
        for (int i = 0; i < common; i++) {
            int difference = rank(segments.get(i)) - rank(other.segments.get(i));
            if (difference != 0) return difference;
        }
        return other.segments.size() - segments.size();
    }

    private static int rank(String segment) {
        return switch (segment) {
            case "**" -> 2;
            case "*" -> 1;
            default -> 0;
        };
    }
}
