package dev.sluice.core.channel;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Whether one pattern lies within another, against the definition: each name that the second one matches is matched
/// by the first one.
final class PatternCoversTest {
    /// All texts of one to `max` of these segments.
    private static List<String> texts(int max, String... segments) {
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

    @Test
    void isTrueExactlyWhereAllNamesOfOneAreNamesOfTheOther() {
        List<ChannelName> names =
                texts(4, "a", "other", "$r").stream().map(ChannelName::new).toList();
        List<String> patterns = texts(3, "a", "$r", "*");
        patterns.addAll(
                texts(2, "a", "$r", "*").stream().map(text -> text + "/**").toList());
        patterns.add("**");
        for (String outer : patterns) {
            Pattern grant = Pattern.of(outer);
            for (String inner : patterns) {
                Pattern selection = Pattern.of(inner);
                boolean isWithin = names.stream().filter(selection::matches).allMatch(grant::matches);
                assertThat(grant.covers(selection))
                        .as(outer + " covers " + inner)
                        .isEqualTo(isWithin);
            }
        }
    }

    @ParameterizedTest
    @CsvSource({
        "news/**, news/sport/*, true",
        "news/**, news, false",
        "news/*, news/**, false",
        "**, *, true",
        "**, $presence/news, false",
        "$presence/**, $presence/news, true",
        "*/**, **, false",
    })
    void decidesWhatAGrantAllows(String grant, String selection, boolean isCovered) {
        assertThat(Pattern.of(grant).covers(Pattern.of(selection))).isEqualTo(isCovered);
    }
}
