package dev.sluice.server.embed;

import dev.sluice.server.http.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A path of a program, in which `*` is one segment and a final `**` one or more, which may be empty.
///
/// @param text as written, with its prefix
record PathPattern(String text, List<String> segments) implements Comparable<PathPattern> {
    /// @throws IllegalArgumentException with a sentence for who wrote it
    static PathPattern of(String text) {
        if (!text.startsWith("/")) throw new IllegalArgumentException("a path begins with '/', was '" + text + "'");
        List<String> segments = List.of(text.substring(1).split("/", -1));
        for (int i = 0; i < segments.size(); i++) {
            String each = segments.get(i);
            boolean star = each.equals("*") || (each.equals("**") && i == segments.size() - 1);
            if (!star && each.contains("*")) {
                throw new IllegalArgumentException(
                        "in a path '*' is one whole segment, '**' the last one, was '" + text + "'");
            }
        }
        return new PathPattern(text, segments);
    }

    /// What the stars stand for; null: it does not fit.
    @Nullable
    List<String> match(Path path) {
        List<String> stars = new ArrayList<>(0);
        List<String> asked = path.segments();
        for (int i = 0; i < segments.size(); i++) {
            String each = segments.get(i);
            if (i >= asked.size()) return null;
            if (each.equals("**")) {
                stars.add(path.after(i));
                return stars;
            }
            if (each.equals("*")) stars.add(asked.get(i));
            else if (!each.equals(asked.get(i))) return null;
        }
        return asked.size() == segments.size() ? stars : null;
    }

    /// The nearer one first: what is written in full before `*` before `**`, segment by segment.
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
