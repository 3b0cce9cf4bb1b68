package dev.sluice.app.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.client.json.Json;
import dev.sluice.client.json.JsonException;
import dev.sluice.server.fuzz.FuzzTarget;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// The JSON reader of the Java client, against Jackson.
final class ClientJsonTarget {
    /// Values are those that Jackson reads; anything else is refused by a [JsonException].
    static final FuzzTarget VALUE = new FuzzTarget("client-json", ClientJsonTarget::value);

    /// A quoted text is one line, and is read back as it was.
    static final FuzzTarget QUOTE = FuzzTarget.ofUtf8("client-json-quote", ClientJsonTarget::quote);

    private static final int DEPTH_MAX = 12;

    /// Jackson refuses unpaired surrogates in names.
    private static final Pattern ESCAPED_SURROGATE = Pattern.compile("\\\\u[dD][89a-fA-F]");

    /// Jackson checks only the low eight bits of a digit in an escape when it reads characters and not bytes.
    private static final Pattern FOREIGN_DIGIT = Pattern.compile("\\\\u[0-9a-fA-F]{0,3}[^\\x00-\\x7f]");

    private static final JsonMapper JACKSON = JsonMapper.builder(JsonFactory.builder()
                    .streamReadConstraints(StreamReadConstraints.builder()
                            .maxNestingDepth(DEPTH_MAX)
                            .maxNumberLength(Integer.MAX_VALUE)
                            .build())
                    .build())
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    private ClientJsonTarget() {}

    private static void value(byte[] input) throws JsonException {
        Optional<String> text = utf8(input);
        JsonNode theirs = text.map(ClientJsonTarget::jacksons).orElse(null);
        Json ours;
        try {
            ours = Json.parse(input, DEPTH_MAX, input.length);
        } catch (JsonException refused) {
            assertThat(refused.getMessage()).isNotBlank();
            if (theirs != null)
                assertThat(text.orElseThrow()).as("read by Jackson").containsPattern(FOREIGN_DIGIT);
            return;
        }
        if (theirs == null) {
            assertThat(text).isPresent();
            assertThat(text.get()).as("refused by Jackson").containsPattern(ESCAPED_SURROGATE);
        } else {
            compare(ours, theirs);
        }
    }

    private static Optional<String> utf8(byte[] input) {
        try {
            return Optional.of(StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(input))
                    .toString());
        } catch (CharacterCodingException malformed) {
            return Optional.empty();
        }
    }

    private static @Nullable JsonNode jacksons(String text) {
        try {
            JsonNode tree = JACKSON.readTree(text);
            return tree.isMissingNode() ? null : tree;
        } catch (JacksonException refused) {
            return null;
        }
    }

    private static void compare(Json ours, JsonNode theirs) throws JsonException {
        switch (ours.kind()) {
            case OBJECT -> {
                assertThat(theirs.isObject()).isTrue();
                var members = ours.members();
                assertThat(members.keySet()).containsExactlyInAnyOrderElementsOf(theirs.propertyNames());
                for (var each : members.entrySet()) compare(each.getValue(), theirs.get(each.getKey()));
            }
            case ARRAY -> {
                assertThat(theirs.isArray()).isTrue();
                var elements = ours.elements();
                assertThat(elements).hasSize(theirs.size());
                for (int i = 0; i < theirs.size(); i++) compare(elements.get(i), theirs.get(i));
            }
            case STRING -> assertThat(ours.string()).isEqualTo(theirs.stringValue());
            case NUMBER -> {
                assertThat(theirs.isNumber()).isTrue();
                // -0 equals 0.
                assertThat(Double.parseDouble(ours.text()) + 0.0)
                        .isEqualTo(Double.parseDouble(theirs.asString()) + 0.0);
                checkInteger(ours, theirs);
            }
            case BOOLEAN -> assertThat(ours.bool()).isEqualTo(theirs.booleanValue());
            case NULL -> assertThat(theirs.isNull()).isTrue();
        }
    }

    private static void checkInteger(Json ours, JsonNode theirs) {
        try {
            assertThat(ours.integer()).isEqualTo(theirs.longValue());
        } catch (JsonException notOne) {
            assertThat(theirs.isIntegralNumber() && theirs.canConvertToLong()).isFalse();
        }
    }

    private static void quote(String text) throws JsonException {
        String quoted = Json.quote(text);
        assertThat(quoted).doesNotContain("\n", "\r");
        assertThat(Json.parse(quoted, 0, quoted.length()).string()).isEqualTo(text);
        assertThat(JACKSON.readTree(quoted).stringValue()).isEqualTo(text);
    }
}
