package dev.sluice.server.publish;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.core.channel.ChannelName;
import dev.sluice.core.event.EventFields;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Lines whose channel is that of the line before, and others.
final class BatchLineTest {
    private static final ChannelName BEFORE = new ChannelName("ab");

    private static ChannelName channel(String json, @Nullable ChannelName before) {
        byte[] line = ("{\"channel\":\"" + json + "\",\"data\":1}").getBytes(StandardCharsets.UTF_8);
        return BatchLine.parse(line, 100, before, EventFields.NONE).channel();
    }

    @ParameterizedTest
    @ValueSource(strings = {"ab", "a", "abc", "ac", "xb", "é", "aé", "\\u0061b", "\\u00e9"})
    void readsTheChannelIndependentlyOfThePreviousLine(String json) {
        ChannelName alone = channel(json, null);
        for (String before : new String[] {"ab", "a", "é", "aé", "Ã©", "abc"}) {
            assertThat(channel(json, new ChannelName(before))).isEqualTo(alone);
        }
    }

    @Test
    void sharesTheChannelNameOfThePreviousLine() {
        assertThat(channel("ab", BEFORE)).isSameAs(BEFORE);
    }
}
