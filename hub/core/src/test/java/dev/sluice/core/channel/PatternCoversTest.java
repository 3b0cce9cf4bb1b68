package dev.sluice.core.channel;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Whether one pattern lies within another, against the definition: each name that the second one matches is matched
/// by the first one.
final class PatternCoversTest {
    @Test
    void isTrueExactlyWhereAllNamesOfOneAreNamesOfTheOther() {
        List<ChannelName> names = PatternTexts.upTo(4, "a", "other", "$r").stream()
                .map(ChannelName::new)
                .toList();
        List<String> patterns = PatternTexts.patterns("a", "$r", "*");
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
