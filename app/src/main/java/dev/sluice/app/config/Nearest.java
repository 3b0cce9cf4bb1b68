package dev.sluice.app.config;

import dev.sluice.server.http.Spelling;
import java.util.Collection;
import java.util.Comparator;
import java.util.Locale;
import java.util.Optional;

/// Finds what somebody who mistyped a key, a command or an option most likely meant.
public final class Nearest {
    /// Longer words than any of ours are not compared: it would take time, and they are no slips.
    private static final int LENGTH_MAX = 40;

    private Nearest() {}

    /// The key that is nearest to a wrong one, also one of the same name in another table; empty if all are far.
    public static Optional<String> to(String wrong, Collection<String> known) {
        if (wrong.length() > LENGTH_MAX) return Optional.empty();
        var lower = wrong.toLowerCase(Locale.ROOT);
        return known.stream()
                .min(Comparator.comparingInt((String each) -> distance(lower, each))
                        .thenComparing(each -> each))
                .filter(each -> distance(lower, each) <= Math.max(2, name(each).length() / 3));
    }

    private static int distance(String written, String known) {
        var wrong = written.replace('-', '_'); // Options have the one, keys the other, and both are habit.
        var right = known.replace('-', '_');
        boolean isSameTable = table(wrong).equals(table(right));
        int elsewhere = Spelling.distance(name(wrong), name(right)) + (isSameTable ? 0 : 1);
        return Math.min(Spelling.distance(wrong, right), elsewhere);
    }

    private static String table(String key) {
        return key.substring(0, key.lastIndexOf('.') + 1);
    }

    private static String name(String key) {
        return key.substring(key.lastIndexOf('.') + 1);
    }
}
