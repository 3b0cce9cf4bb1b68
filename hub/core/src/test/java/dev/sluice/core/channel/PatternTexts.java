package dev.sluice.core.channel;

import java.util.ArrayList;
import java.util.List;

/// All texts of a few segments, to compare patterns with the names that they match.
final class PatternTexts {
    private PatternTexts() {}

    /// All texts of one to `max` of these segments.
    static List<String> upTo(int max, String... segments) {
        List<String> all = new ArrayList<>();
        List<String> ends = List.of("");
        for (int i = 0; i < max; i++) {
            List<String> longer = new ArrayList<>();
            for (String end : ends) for (String segment : segments) longer.add(end + "/" + segment);
            longer.forEach(text -> all.add(text.substring(1)));
            ends = longer;
        }
        return all;
    }

    /// All patterns of up to three segments, a final `**` included.
    static List<String> patterns(String... segments) {
        List<String> patterns = upTo(3, segments);
        patterns.addAll(upTo(2, segments).stream().map(text -> text + "/**").toList());
        patterns.add("**");
        return patterns;
    }
}
