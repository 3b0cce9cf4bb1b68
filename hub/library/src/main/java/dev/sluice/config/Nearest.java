package dev.sluice.config;

import dev.sluice.server.http.head.EditDistance;
import java.util.Collection;
import java.util.Comparator;
import java.util.Locale;
import java.util.Optional;

/// Finds the key, command or option that a mistyped one most likely meant.
public final class Nearest {
    /// Longer than any known word; comparing longer input would take time, and it is not a typo.
    private static final int LENGTH_MAX = 40;

    private Nearest() {}

    /// The known key nearest to a wrong one, even in another table; empty if none is near.
    public static Optional<String> to(String wrong, Collection<String> known) {
        if (wrong.length() > LENGTH_MAX) return Optional.empty();
        var lower = wrong.toLowerCase(Locale.ROOT);
        return known.stream()
                .min(Comparator.comparingInt((String each) -> distance(lower, each))
                        .thenComparing(each -> each))
                .filter(each -> distance(lower, each) <= Math.max(2, name(each).length() / 3));
    }

    private static int distance(String written, String known) {
        var wrong = written.replace('-', '_'); // Options have hyphens, keys underscores; both are common slips.
        var right = known.replace('-', '_');
        boolean isSameTable = table(wrong).equals(table(right));
        int elsewhere = EditDistance.distance(name(wrong), name(right)) + (isSameTable ? 0 : 1);
        return Math.min(EditDistance.distance(wrong, right), elsewhere);
    }

    private static String table(String key) {
        return key.substring(0, key.lastIndexOf('.') + 1);
    }

    private static String name(String key) {
        return key.substring(key.lastIndexOf('.') + 1);
    }
}
