package dev.sluice.core.channel;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.Chars;
import net.jqwik.api.constraints.StringLength;

/// Compares [Characters] with the JDK.
final class CharactersTest {
    /// Characters of one to four bytes, and unpaired surrogates.
    @Property
    void countsBytesAsTheEncoderDoes(
            @ForAll
                    @StringLength(max = 12)
                    @Chars({'a', '\u007f', '\u0080', '\u07ff', '\u0800', '\uffff', '\ud83d', '\udeb0'})
                    String text) {
        boolean isValid = StandardCharsets.UTF_8.newEncoder().canEncode(text);
        int bytes = text.getBytes(StandardCharsets.UTF_8).length;
        assertThat(Characters.utf8Bytes(text)).isEqualTo(isValid ? bytes : Characters.MALFORMED);
    }

    @Property
    void findsControlCharactersAsTheJdkDoes(@ForAll @StringLength(max = 8) String text) {
        assertThat(Characters.hasControl(text)).isEqualTo(text.chars().anyMatch(Character::isISOControl));
    }
}
