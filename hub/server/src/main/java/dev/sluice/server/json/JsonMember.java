package dev.sluice.server.json;

import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;

/// Finds one member of a JSON value, without building the value.
public final class JsonMember {
    private JsonMember() {}

    /// The text of a string, number or boolean; null if the path does not exist or
    /// leads to an object, array or null.
    ///
    /// @param bytes valid JSON
    /// @param path  names of members, and indexes in arrays
    public static @Nullable String text(byte[] bytes, List<String> path) {
        try (JsonParser parser = Json.parser(bytes)) {
            parser.nextToken();
            for (String name : path) if (!enter(parser, name)) return null;
            return parser.currentToken().isScalarValue() && parser.currentToken() != JsonToken.VALUE_NULL
                    ? parser.getString()
                    : null;
        } catch (InvalidJsonException | JacksonException broken) {
            return null; // Bytes that another version of the hub accepted as JSON have no members here.
        }
    }

    /// Moves to the value of a member.
    private static boolean enter(JsonParser parser, String name) {
        JsonToken open = parser.currentToken();
        if (open != JsonToken.START_OBJECT && open != JsonToken.START_ARRAY) return false;
        int place = 0;
        while (parser.nextToken() != null && !parser.currentToken().isStructEnd()) {
            boolean isObject = open == JsonToken.START_OBJECT;
            String at = isObject ? parser.currentName() : Integer.toString(place++);
            if (isObject) parser.nextToken();
            if (name.equals(at)) return true;
            parser.skipChildren();
        }
        return false;
    }
}
