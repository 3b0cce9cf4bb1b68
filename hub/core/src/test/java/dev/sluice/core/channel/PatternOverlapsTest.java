package dev.sluice.core.channel;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Whether two patterns have a channel in common, against the definition.
final class PatternOverlapsTest {
    @Test
    void isTrueExactlyWhereSomeNameIsOneOfBoth() {
        List<ChannelName> names = PatternTexts.upTo(4, "a", "other", "$r").stream()
                .map(ChannelName::new)
                .toList();
        List<Pattern> patterns =
                PatternTexts.patterns("a", "$r", "*").stream().map(Pattern::of).toList();
        for (Pattern one : patterns) {
            for (Pattern other : patterns) {
                boolean haveCommon = names.stream().anyMatch(name -> one.matches(name) && other.matches(name));
                assertThat(one.overlaps(other)).as(one + " overlaps " + other).isEqualTo(haveCommon);
            }
        }
    }

    @ParameterizedTest
    @CsvSource({
        "internal/**, **, true",
        "internal/**, internal, false",
        "internal/**, */secret, true",
        "internal/**, public/**, false",
        "**, $presence/news, false",
        "a/*/c, a/b/**, true",
        "a/*, a/*/*, false",
    })
    void decidesWhatADenialTouches(String denied, String selection, boolean isTouched) {
        assertThat(Pattern.of(denied).overlaps(Pattern.of(selection))).isEqualTo(isTouched);
        assertThat(Pattern.of(selection).overlaps(Pattern.of(denied))).isEqualTo(isTouched);
    }
}
