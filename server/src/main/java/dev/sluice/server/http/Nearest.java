package dev.sluice.server.http;

import java.util.Collection;
import java.util.Comparator;
import java.util.Locale;

/// Finds what somebody who mistyped most likely meant.
final class Nearest {
    /// Longer words than any of ours are not compared: it would take time, and they are no slips.
    private static final int LENGTH_MAX = 32;

    private Nearest() {}

    static String advice(String word, Collection<String> known) {
        if (known.isEmpty()) return "There are none: leave it out.";
        var sorted = known.stream().sorted().toList();
        String lower = word.toLowerCase(Locale.ROOT);
        if (lower.length() <= LENGTH_MAX) {
            String nearest = sorted.stream()
                    .min(Comparator.comparingInt(each -> distance(lower, each)))
                    .orElseThrow();
            if (distance(lower, nearest) <= Math.max(2, nearest.length() / 2)) {
                return "Did you mean '" + nearest + "'?";
            }
        }
        return "There are: " + String.join(", ", sorted) + ".";
    }

    /// How many letters must be added, dropped or changed to make one of the other (Levenshtein).
    static int distance(String one, String other) {
        int[] row = new int[other.length() + 1];
        for (int j = 0; j < row.length; j++) row[j] = j;
        for (int i = 1; i <= one.length(); i++) {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j < row.length; j++) {
                int changed = diagonal + (one.charAt(i - 1) == other.charAt(j - 1) ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.min(changed, Math.min(row[j], row[j - 1]) + 1);
            }
        }
        return row[other.length()];
    }
}
