package dev.sluice.server.transport;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.core.event.Content;
import dev.sluice.core.event.Event;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// Parses and checks an event's envelope with Jackson.
public final class Envelopes {
    private static final JsonMapper MAPPER = JsonMapper.shared();

    private Envelopes() {}

    public static JsonNode parse(String json) {
        return MAPPER.readTree(json);
    }

    /// Fails unless the text is one line of JSON with all members of the event and no others.
    public static void assertIs(Event event, String json) {
        assertThat(json).doesNotContain("\n", "\r");
        JsonNode envelope = parse(json);
        List<String> names = new ArrayList<>(List.of("id", "channel", "type", "time"));
        assertThat(envelope.get("id").asString()).isEqualTo(event.id().text());
        assertThat(envelope.get("channel").asString()).isEqualTo(event.channel().value());
        assertThat(envelope.get("type").asString()).isEqualTo(event.type());
        assertThat(envelope.get("time").asString()).isEqualTo("2026-11-20T08:15:30.123Z");
        if (event.from() != null) {
            names.add("from");
            assertThat(envelope.get("from").asString()).isEqualTo(event.from());
        }
        if (event.key() != null) {
            names.add("key");
            assertThat(envelope.get("key").asString()).isEqualTo(event.key());
        }
        if (event.isForgotten() || event.isKeyEnd()) {
            names.add("removed");
            assertThat(envelope.get("removed").asBoolean()).isTrue();
        }
        boolean isSilent = event.isKeyEnd() && event.content().bytes().length == 0;
        if (!event.isForgotten() && !isSilent) assertData(event.content(), envelope, names);
        assertThat(envelope.propertyNames()).containsExactlyInAnyOrderElementsOf(names);
    }

    private static void assertData(Content content, JsonNode envelope, List<String> names) {
        String text = new String(content.bytes(), StandardCharsets.UTF_8);
        switch (content.kind()) {
            case TEXT -> {
                names.add("data");
                assertThat(envelope.get("data").isString()).isTrue();
                assertThat(envelope.get("data").asString()).isEqualTo(text);
            }
            case JSON -> {
                names.add("data");
                assertThat(envelope.get("data")).isEqualTo(parse(text));
            }
            case BINARY -> {
                names.addAll(List.of("data_base64", "contentType"));
                assertThat(Base64.getDecoder()
                                .decode(envelope.get("data_base64").asString()))
                        .isEqualTo(content.bytes());
                assertThat(envelope.get("contentType").asString()).isEqualTo(content.type());
            }
        }
    }
}
