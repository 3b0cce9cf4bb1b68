package dev.sluice.server.http;

import java.util.Collection;
import java.util.Comparator;
import java.util.Locale;

/// Finds what somebody who mistyped most likely meant.
public final class Nearest {
    /// Longer words than any of ours are not compared: it would take time, and they are no slips.
    private static final int LENGTH_MAX = 32;

    private Nearest() {}

    public static String advice(String word, Collection<String> known) {
        if (known.isEmpty()) return "There are none: leave it out.";
        var sorted = known.stream().sorted().toList();
        String lower = word.toLowerCase(Locale.ROOT);
        if (lower.length() <= LENGTH_MAX) {
            String nearest = sorted.stream()
                    .min(Comparator.comparingInt(each -> Spelling.distance(lower, each)))
                    .orElseThrow();
            if (Spelling.distance(lower, nearest) <= Math.max(2, nearest.length() / 2)) {
                return "Did you mean '" + nearest + "'?";
            }
        }
        return "There are: " + String.join(", ", sorted) + ".";
    }
}
