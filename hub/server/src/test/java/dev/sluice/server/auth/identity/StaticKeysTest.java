package dev.sluice.server.auth.identity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.core.access.Credential;
import dev.sluice.core.access.Permission;
import dev.sluice.core.access.Permissions;
import dev.sluice.core.access.Verb;
import dev.sluice.core.channel.Pattern;
import dev.sluice.server.auth.identity.VerificationKey.StaticKey;
import java.security.SecureRandom;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class StaticKeysTest {
    private static final Permissions PUBLISHING =
            Permissions.of(Map.of(Verb.PUBLISH, List.of(Permission.on(Pattern.of("**")))));

    private final SecureRandom random = new SecureRandom();

    private static StaticKeys holding(String... keys) {
        return new StaticKeys(List.of(keys).stream()
                .map(key -> new StaticKey(
                        key.substring(3, key.length() - 44), StaticKeys.hash(key), Set.of("backend"), PUBLISHING))
                .toList());
    }

    @ParameterizedTest
    @ValueSource(strings = {"backend", "b", "a_b", "_", "sk_", "a.b-c_", "0"})
    void knowsTheHolderOfAKey(String kid) {
        String key = StaticKeys.generate(kid, random);
        assertThat(key).matches("sk_[A-Za-z0-9._-]+_[A-Za-z0-9_-]{43}");
        var identity = ((Verification.Verified) holding(key).verify(key)).identity();
        assertThat(identity.subject()).isEqualTo(kid);
        assertThat(identity.roles()).containsExactly("backend");
        assertThat(identity.credential()).isEqualTo(new Credential(kid, "", null, null, Set.of("backend")));
        assertThat(identity.own()).isSameAs(PUBLISHING);
        assertThat(identity.ceiling()).isSameAs(Permissions.ALL);
    }

    @Test
    void tellsSeveralKeysApart() {
        String one = StaticKeys.generate("one", random);
        String two = StaticKeys.generate("two", random);
        StaticKeys keys = holding(one, two);
        assertThat(((Verification.Verified) keys.verify(two)).identity().subject())
                .isEqualTo("two");
        assertRefused(keys, one.replace("sk_one_", "sk_two_"));
    }

    @Test
    void refusesEveryOtherText() {
        String key = StaticKeys.generate("backend", random);
        StaticKeys keys = holding(key);
        assertRefused(keys, StaticKeys.generate("backend", random));
        assertRefused(keys, StaticKeys.generate("other", random));
        char last = key.charAt(key.length() - 1);
        assertRefused(keys, key.substring(0, key.length() - 1) + (last == 'A' ? 'E' : 'A'));
        assertRefused(keys, key.substring(0, key.length() - 1));
        assertRefused(keys, key + "A");
        assertRefused(keys, key.toUpperCase(Locale.ROOT));
        assertRefused(keys, StaticKeys.hash(key));
        for (String text : List.of("sk_", "sk__", "sk_backend", "sk_backend_", "sk_" + "_".repeat(44)))
            assertRefused(keys, text);
        assertRefused(holding(), key);
    }

    private static void assertRefused(StaticKeys keys, String text) {
        assertThat(keys.verify(text)).isInstanceOfSatisfying(Verification.BadToken.class, bad -> {
            if (text.length() > 20) assertThat(bad.reason()).doesNotContain(text.substring(12, 18));
        });
    }

    @Test
    void makesADifferentKeyEachTime() {
        assertThat(StaticKeys.generate("a", random)).isNotEqualTo(StaticKeys.generate("a", random));
        assertThatThrownBy(() -> StaticKeys.generate("a b", random)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void acceptsHashesOnlyAndHidesOtherTexts() {
        String key = StaticKeys.generate("backend", random);
        for (String wrong : List.of(key, StaticKeys.hash(key).toUpperCase(Locale.ROOT), "", "sha256:00")) {
            assertThatThrownBy(() -> new StaticKey("backend", wrong, Set.of(), Permissions.NONE))
                    .hasMessageContaining("'backend'")
                    .satisfies(failure -> {
                        if (!wrong.isEmpty()) assertThat(failure.getMessage()).doesNotContain(wrong);
                    });
        }
        assertThat(new StaticKey("backend", StaticKeys.hash(key), Set.of(), Permissions.NONE).toString())
                .doesNotContain(StaticKeys.hash(key).substring(7));
    }
}
