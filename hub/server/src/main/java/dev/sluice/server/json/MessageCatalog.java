package dev.sluice.server.json;

import java.util.HashMap;
import java.util.Map;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.json.JsonFactory;

/// Reads the words of a program's page: `{"prices.hint": {"en": "…", "zh": "…"}}`.
public final class MessageCatalog {
    private static final JsonFactory FACTORY = new JsonFactory();

    private MessageCatalog() {}

    /// Returns the texts by name and language.
    ///
    /// @throws IllegalArgumentException if the bytes have any other form
    public static Map<String, Map<String, String>> parse(byte[] json) {
        var words = new HashMap<String, Map<String, String>>();
        try (JsonParser parser = FACTORY.createParser(ObjectReadContext.empty(), json)) {
            require(parser.nextToken() == JsonToken.START_OBJECT, parser);
            while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
                String name = parser.currentName();
                require(parser.nextToken() == JsonToken.START_OBJECT, parser);
                var texts = new HashMap<String, String>();
                while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
                    String language = parser.currentName();
                    require(parser.nextToken() == JsonToken.VALUE_STRING, parser);
                    texts.put(language, parser.getString());
                }
                require(words.put(name, Map.copyOf(texts)) == null, parser);
            }
            return Map.copyOf(words);
        } catch (JacksonException broken) {
            throw new IllegalArgumentException("words are JSON: " + broken.getOriginalMessage(), broken);
        }
    }

    private static void require(boolean holds, JsonParser parser) {
        if (holds) return;
        throw new IllegalArgumentException("words are objects with a text by language, each of another name; not so in"
                + " line " + parser.currentLocation().getLineNr());
    }
}
