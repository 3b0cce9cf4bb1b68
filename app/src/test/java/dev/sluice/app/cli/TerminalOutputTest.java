package dev.sluice.app.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import org.junit.jupiter.api.Test;

final class TerminalOutputTest {
    private final ByteArrayOutputStream terminal = new ByteArrayOutputStream();
    private final TerminalOutput out = new TerminalOutput(terminal);

    @Test
    void escapesControlSequences() throws IOException {
        out.write("title \u001b]0;PWNED\u0007 clear \u009b2J return \r back \b del \u007f".getBytes(UTF_8));

        assertThat(shown())
                .isEqualTo("title \\u001b]0;PWNED\\u0007 clear \\u009b2J return \\u000d back \\u0008 del \\u007f");
    }

    @Test
    void escapesBidirectionalControls() throws IOException {
        out.write("a\u202egnp.exe\u2069".getBytes(UTF_8));

        assertThat(shown()).isEqualTo("a\\u202egnp.exe\\u2069");
    }

    @Test
    void keepsTextTabsAndLineFeeds() throws IOException {
        var text = "one\ttwo\nzwölf 十二 👩‍💻\n";
        out.write(text.getBytes(UTF_8));

        assertThat(shown()).isEqualTo(text);
    }

    @Test
    void keepsCharactersSplitOverTwoWrites() throws IOException {
        for (byte octet : "中👍".getBytes(UTF_8)) out.write(octet);

        assertThat(shown()).isEqualTo("中👍");
    }

    @Test
    void replacesSingleBytesThatSomeTerminalsTakeForControls() throws IOException {
        out.write(new byte[] {'a', (byte) 0x9b, '2', 'J'});

        assertThat(shown()).isEqualTo("a\ufffd2J");
    }

    @Test
    void acceptsMoreThanOnePieceAtOnce() throws IOException {
        var text = "é".repeat(10_001);
        out.write(text.getBytes(UTF_8));

        assertThat(shown()).isEqualTo(text);
    }

    private String shown() {
        return terminal.toString(UTF_8);
    }
}
