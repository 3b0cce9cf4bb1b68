package dev.sluice.server.json;

import java.io.ByteArrayOutputStream;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.JsonParser;

/// Numeric escapes in JSON (RFC 8259 §7), which hide text from a search.
public final class JsonEscapes {
    private JsonEscapes() {}

    /// Returns true if the bytes contain a numeric escape.
    public static boolean isIn(byte[] json) {
        for (int i = 1; i < json.length; i++) if (json[i] == 'u' && json[i - 1] == '\\') return true;
        return false;
    }

    /// The same value with the characters themselves, where JSON permits them.
    ///
    /// @param json valid JSON; other bytes are returned as they are
    public static byte[] removedFrom(byte[] json) {
        var out = new ByteArrayOutputStream(json.length);
        try (JsonParser parser = Json.parser(json);
                JsonGenerator generator = Json.generator(out)) {
            parser.nextToken();
            generator.copyCurrentStructureExact(parser);
        } catch (InvalidJsonException | JacksonException broken) {
            return json;
        }
        return out.toByteArray();
    }
}
