package dev.sluice.server.http.head;

import java.util.Collection;
import java.util.Comparator;
import java.util.Locale;
import java.util.Optional;

/// Finds the parameter, key, command or option that a mistyped one most likely meant.
public final class Suggestion {
    /// Longer than any known word; comparing longer input would take time, and it is not a typo.
    private static final int LENGTH_MAX = 40;

    private Suggestion() {}

    /// Returns a sentence that names the nearest known word, or all of them if no word is near.
    public static String advice(String wrong, Collection<String> known) {
        if (known.isEmpty()) return "There are none: leave it out.";
        return nearest(wrong, known, 2) // There are few words, so even a distant one is likely meant.
                .map(nearest -> "Did you mean '" + nearest + "'?")
                .orElseGet(() -> "There are: "
                        + String.join(", ", known.stream().sorted().toList()) + ".");
    }

    /// The known word nearest to a wrong one, for a key even in another table; empty if no word is near.
    public static Optional<String> nearest(String wrong, Collection<String> known) {
        return nearest(wrong, known, 3);
    }

    /// @param part the part of a word's letters that may be wrong: one letter in this many, and always two
    private static Optional<String> nearest(String wrong, Collection<String> known, int part) {
        if (wrong.length() > LENGTH_MAX) return Optional.empty();
        return known.stream()
                .min(Comparator.comparingInt((String each) -> distance(wrong, each))
                        .thenComparing(each -> each))
                .filter(each -> distance(wrong, each) <= Math.max(2, name(each).length() / part));
    }

    private static int distance(String written, String known) {
        String wrong = common(written);
        String right = common(known);
        boolean isSameTable = table(wrong).equals(table(right));
        int elsewhere = EditDistance.distance(name(wrong), name(right)) + (isSameTable ? 0 : 1);
        return Math.min(EditDistance.distance(wrong, right), elsewhere);
    }

    /// Options have hyphens, keys underscores, parameters capitals; all are common slips.
    private static String common(String word) {
        return word.toLowerCase(Locale.ROOT).replace('-', '_');
    }

    private static String table(String key) {
        return key.substring(0, key.lastIndexOf('.') + 1);
    }

    private static String name(String key) {
        return key.substring(key.lastIndexOf('.') + 1);
    }
}
