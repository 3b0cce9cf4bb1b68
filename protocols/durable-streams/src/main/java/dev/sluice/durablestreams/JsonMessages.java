package dev.sluice.durablestreams;

import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.TokenStreamFactory;
import tools.jackson.core.json.JsonFactory;

/// The messages of a JSON stream (§9.1): a body that is an array has a message in each element.
final class JsonMessages {
    /// The most messages of one append: they reach the log as one batch.
    static final int MESSAGES_MAX = 10_000;

    /// UTF-8 only (RFC 8259 §8.1): UTF-16 is not guessed from zero bytes.
    private static final JsonFactory JSON = JsonFactory.builder()
            .disable(TokenStreamFactory.Feature.CHARSET_DETECTION)
            .build();

    private JsonMessages() {}

    /// Splits a body into messages, whose bytes are those of the body.
    ///
    /// @throws RefusedException if it is not one JSON value, or has too many messages
    static List<byte[]> split(byte[] body) {
        try (JsonParser parser = JSON.createParser(ObjectReadContext.empty(), body)) {
            if (parser.nextToken() != JsonToken.START_ARRAY) {
                parser.skipChildren();
                requireEnd(parser);
                return List.of(body);
            }
            List<byte[]> messages = new ArrayList<>();
            for (JsonToken token = parser.nextToken(); token != JsonToken.END_ARRAY; token = parser.nextToken()) {
                if (messages.size() == MESSAGES_MAX)
                    throw RefusedException.of(413, "An append has at most " + MESSAGES_MAX + " messages.");
                int begin = (int) parser.currentTokenLocation().getByteOffset();
                parser.skipChildren();
                parser.finishToken(); // A long text is read only now.
                messages.add(Arrays.copyOfRange(
                        body, begin, (int) parser.currentLocation().getByteOffset()));
            }
            requireEnd(parser);
            return messages;
        } catch (JacksonException invalid) {
            throw RefusedException.of(400, "The body is not valid JSON: " + invalid.getOriginalMessage() + ".");
        }
    }

    private static void requireEnd(JsonParser parser) {
        if (parser.currentToken() == null || parser.nextToken() != null)
            throw RefusedException.of(400, "The body is not one JSON value.");
    }

    /// Joins messages to an array.
    static byte[] join(List<byte[]> messages) {
        ByteArrayOutputStream array = new ByteArrayOutputStream();
        array.write('[');
        for (byte[] message : messages) {
            if (array.size() > 1) array.write(',');
            array.writeBytes(message);
        }
        array.write(']');
        return array.toByteArray();
    }
}
