package dev.sluice.server.publish;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.core.channel.ChannelName;
import dev.sluice.core.event.EventFields;
import dev.sluice.server.http.head.ProblemException;
import dev.sluice.server.json.InvalidJsonException;
import dev.sluice.server.json.JsonObjectReader;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Lines whose channel is that of the line before, and others; messages that are refused.
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

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"channel\":\"a\",\"type\":5,\"ref\":7,\"data\":1}",
                "{\"chanel\":\"a\",\"data\":{\"ref\":8},\"ref\":7}",
            })
    void findsTheRefOfAMessageAfterTheMemberThatItRefuses(String json) throws InvalidJsonException {
        byte[] message = json.getBytes(StandardCharsets.UTF_8);
        BatchLine ofConnection = BatchLine.message(100, null);
        assertThatThrownBy(() -> ofConnection.read(message)).isInstanceOf(ProblemException.class);
        assertThat(ofConnection.ref()).isEqualTo("7");

        var members = new LinkedHashMap<String, JsonObjectReader.Value>();
        var object = new JsonObjectReader(message);
        for (String name = object.next(); name != null; name = object.next()) members.put(name, object.value());
        BatchLine ofSession = BatchLine.ofSession(100);
        assertThatThrownBy(() -> ofSession.read(members)).isInstanceOf(ProblemException.class);
        assertThat(ofSession.ref()).isEqualTo("7");
    }

    @Test
    void sharesTheChannelNameOfThePreviousLine() {
        assertThat(channel("ab", BEFORE)).isSameAs(BEFORE);
    }
}
