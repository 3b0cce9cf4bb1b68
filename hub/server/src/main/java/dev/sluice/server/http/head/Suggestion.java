package dev.sluice.server.http.head;

import java.util.Collection;
import java.util.Comparator;
import java.util.Locale;

/// Suggests the known word nearest to a mistyped one.
public final class Suggestion {
    /// Words longer than any known one are not compared: that would take time, and they are not typing errors.
    private static final int LENGTH_MAX = 32;

    private Suggestion() {}

    /// Returns a sentence that names the nearest known word, or all of them if no word is near.
    public static String advice(String word, Collection<String> known) {
        if (known.isEmpty()) return "There are none: leave it out.";
        var sorted = known.stream().sorted().toList();
        String lower = word.toLowerCase(Locale.ROOT);
        if (lower.length() <= LENGTH_MAX) {
            String nearest = sorted.stream()
                    .min(Comparator.comparingInt(each -> EditDistance.distance(lower, each)))
                    .orElseThrow();
            if (EditDistance.distance(lower, nearest) <= Math.max(2, nearest.length() / 2)) {
                return "Did you mean '" + nearest + "'?";
            }
        }
        return "There are: " + String.join(", ", sorted) + ".";
    }
}
