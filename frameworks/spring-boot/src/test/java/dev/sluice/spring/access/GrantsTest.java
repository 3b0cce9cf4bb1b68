package dev.sluice.spring.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.security.Principal;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class GrantsTest {
    private static SluiceGrants of(@Nullable String user, String... patterns) {
        Principal principal = user == null ? null : () -> user;
        return SluiceGrants.none().subscribe(patterns).of(principal);
    }

    @ParameterizedTest
    @CsvSource({
        "news,        news,      true",
        "news,        news/a,    false",
        "news/*,      news/a,    true",
        "news/*,      news,      false",
        "news/*,      news/a/b,  false",
        "news/*,      news/*,    true",
        "news/*,      news/**,   false",
        "news/**,     news/a/b,  true",
        "news/**,     news/*,    true",
        "news/**,     news/**,   true",
        "news/**,     news,      false",
        "news/**,     newspaper, false",
        "*/a,         news/a,    true",
        "*/a,         **,        false",
        "**,          **,        true",
        "news/a,      news/*,    false",
        "**,          $audit,    false",
        "**,          news/$a,   false",
        "*,           $audit,    false",
        "*/**,        a/$b/c,    false",
        "$presence/*, $presence/a, true",
    })
    void coverASelectionAsAWhole(String pattern, String selected, boolean isPermitted) {
        assertThat(of(null, pattern).permitSubscribe(selected)).isEqualTo(isPermitted);
    }

    @ParameterizedTest
    @ValueSource(strings = {"news/**/a", "**/a", "news*", "news/a**", "***"})
    void refusePatternsWhoseStarsMeanNothing(String pattern) {
        assertThatThrownBy(() -> of(null, pattern)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> SluiceGrants.none().publish(pattern)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void putTheUsersNameIntoPatterns() {
        assertThat(of("ann", "rooms/{user}/*").permitSubscribe("rooms/ann/news"))
                .isTrue();
        assertThat(of("ann", "rooms/{user}/*").permitSubscribe("rooms/bob/news"))
                .isFalse();
        assertThat(of(null, "rooms/{user}/*", "news").subscribe()).containsExactly("news");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "*", "**", "ann/private", "..", ".", "$audit"})
    void refuseNamesThatWouldChangeAPattern(String name) {
        assertThat(of(name, "rooms/{user}", "news").subscribe()).containsExactly("news");
    }
}
