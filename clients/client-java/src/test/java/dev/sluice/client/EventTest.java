package dev.sluice.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.client.json.Json;
import dev.sluice.client.json.JsonException;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

final class EventTest {
    private static final String HEAD = "{\"id\":\"e-1\",\"channel\":\"chat/7\",\"time\":\"2026-11-20T08:15:30.123Z\"";

    private static Event event(String rest) throws JsonException {
        return new Event(Json.parse(HEAD + rest + "}", 64, 1000), "e-1");
    }

    @Test
    void readsAllMembersOfTheEnvelope() throws JsonException {
        var event = event(",\"type\":\"greeting\",\"from\":\"alice\",\"key\":\"k\",\"data\":\"hé\\n\",\"later\": 1");

        assertThat(event.id()).isEqualTo("e-1");
        assertThat(event.channel()).isEqualTo("chat/7");
        assertThat(event.type()).isEqualTo("greeting");
        assertThat(event.time()).isEqualTo(Instant.parse("2026-11-20T08:15:30.123Z"));
        assertThat(event.from()).contains("alice");
        assertThat(event.key()).contains("k");
        assertThat(event.text()).isEqualTo("hé\n");
        assertThat(event.contentType()).isEqualTo("text/plain");
        assertThat(event.isRemoved()).isFalse();
        assertThat(event.json()).startsWith(HEAD).endsWith("\"later\": 1}");
        assertThat(event.toString()).doesNotContain("hé");
    }

    @Test
    void returnsJsonAsItsOriginalText() throws JsonException {
        var event = event(",\"data\":{\"a\": [1.0,\"\\u0041\"]}");

        assertThat(event.text()).isEqualTo("{\"a\": [1.0,\"\\u0041\"]}");
        assertThat(event.contentType()).isEqualTo("application/json");
        assertThat(event.type()).isEqualTo("message");
    }

    @Test
    void returnsBinaryDataAsBytes() throws JsonException {
        var event = event(",\"data_base64\":\"AQL/\",\"contentType\":\"image/png\"");

        assertThat(event.bytes()).containsExactly(1, 2, -1);
        assertThat(event.contentType()).isEqualTo("image/png");
        event.bytes()[0] = 9;
        assertThat(event.bytes()).containsExactly(1, 2, -1);
    }

    @Test
    void recognizesARemoval() throws JsonException {
        var event = event(",\"key\":\"k\",\"removed\":true");

        assertThat(event.isRemoved()).isTrue();
        assertThat(event.bytes()).isEmpty();
    }

    @Test
    void refusesInvalidEnvelopes() {
        for (var rest : List.of(
                ",\"time\":\"yesterday\"",
                ",\"time\":1",
                ",\"type\":null",
                ",\"data_base64\":\"?\"",
                ",\"removed\":\"yes\"",
                ",\"id\":7")) {
            assertThatThrownBy(() -> event(rest)).as(rest).isInstanceOf(JsonException.class);
        }
        assertThatThrownBy(() -> new Event(Json.parse("{\"id\":\"e\"}", 64, 100), "e"))
                .isInstanceOf(JsonException.class);
    }
}
