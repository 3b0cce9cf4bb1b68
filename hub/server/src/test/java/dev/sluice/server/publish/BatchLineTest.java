package dev.sluice.server.publish;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.sluice.core.channel.ChannelName;
import dev.sluice.core.event.Draft;
import dev.sluice.core.event.EventFields;
import dev.sluice.server.http.head.ProblemException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Lines whose channel is that of the line before, and others.
final class BatchLineTest {
    private static final ChannelName BEFORE = new ChannelName("ab");

    private static ChannelName channel(String json, @Nullable ChannelName before) {
        byte[] line = ("{\"channel\":\"" + json + "\",\"data\":1}").getBytes(StandardCharsets.UTF_8);
        return BatchLine.parse(line, line.length, 100, before, EventFields.NONE).channel();
    }

    @ParameterizedTest
    @ValueSource(strings = {"ab", "a", "abc", "ac", "xb", "é", "aé", "\\u0061b", "\\u00e9"})
    void readsTheChannelIndependentlyOfThePreviousLine(String json) {
        ChannelName alone = channel(json, null);
        for (String before : new String[] {"ab", "a", "é", "aé", "Ã©", "abc"}) {
            assertThat(channel(json, new ChannelName(before))).isEqualTo(alone);
        }
    }

    /// Lines share a buffer, in which a longer one may have been before.
    @ParameterizedTest
    @ValueSource(strings = {"}", "x", " {\"data\":2}", "é"})
    void readsNoFurtherThanTheLine(String behind) {
        String line = "{\"channel\":\"ab\",\"data\":1}";
        byte[] bytes = (line + behind).getBytes(StandardCharsets.UTF_8);
        Draft draft = BatchLine.parse(bytes, line.length(), 100, null, EventFields.NONE);
        assertThat(draft.content().bytes()).asString(StandardCharsets.UTF_8).isEqualTo("1");
    }

    /// As [#readsNoFurtherThanTheLine], of a line that says what is wrong with it, which another parser finds out.
    @Test
    void reportsTheSameMistakeWhateverFollowsTheLine() {
        byte[] bytes = "{\"channel\":\"ab\",\"data\":1,}".getBytes(StandardCharsets.UTF_8);
        byte[] line = Arrays.copyOf(bytes, bytes.length - 2);
        assertThat(refusal(bytes, line.length)).isEqualTo(refusal(line, line.length));
    }

    private static String refusal(byte[] bytes, int length) {
        ProblemException refused = catchThrowableOfType(
                ProblemException.class, () -> BatchLine.parse(bytes, length, 100, null, EventFields.NONE));
        return new String(refused.problem().json(), StandardCharsets.UTF_8);
    }

    @Test
    void sharesTheChannelNameOfThePreviousLine() {
        assertThat(channel("ab", BEFORE)).isSameAs(BEFORE);
    }
}
