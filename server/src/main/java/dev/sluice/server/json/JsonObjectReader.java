package dev.sluice.server.json;

import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;

/// Reads one JSON object member by member, each once, with values as the very bytes they came as.
///
/// ```
/// var object = new JsonObjectReader(bytes);
/// for (String name = object.next(); name != null; name = object.next()) { … object.value() … }
/// ```
public final class JsonObjectReader {
    /// A member's value.
    ///
    /// @param text   what a string says; null if it is no string
    /// @param object the bytes that it is among
    /// @param from   where it begins in them
    /// @param to     where it ends
    @SuppressWarnings("ArrayRecordComponent") // Handed on at once, never compared.
    public record Value(@Nullable String text, byte[] object, int from, int to) {
        /// As it came.
        public byte[] bytes() {
            return Arrays.copyOfRange(object, from, to);
        }
    }

    private final byte[] bytes;
    private final JsonParser parser;
    private final Set<String> seen = new HashSet<>();

    /// @param bytes valid UTF-8
    /// @throws InvalidJson if no object begins here
    public JsonObjectReader(byte[] bytes) throws InvalidJson {
        this.bytes = bytes;
        parser = Json.parser(bytes);
        try {
            if (parser.nextToken() != JsonToken.START_OBJECT) throw new InvalidJson("it is no object");
        } catch (JacksonException broken) {
            throw Json.invalid(broken);
        }
    }

    /// The next member's name; null behind the last, when the whole was read and found good.
    public @Nullable String next() throws InvalidJson {
        try {
            if (parser.nextToken() == JsonToken.END_OBJECT) {
                if (parser.nextToken() != null) throw new InvalidJson("there is more behind the object");
                parser.close();
                return null;
            }
            String name = parser.currentName();
            if (!seen.add(name)) throw new InvalidJson("the member '" + Json.shown(name) + "' is there twice");
            parser.nextToken();
            return name;
        } catch (JacksonException broken) {
            throw Json.invalid(broken);
        }
    }

    /// The value of the member that was named last; to be asked for once, before the next name.
    public Value value() throws InvalidJson {
        try {
            int start = (int) parser.currentTokenLocation().getByteOffset();
            String text = parser.currentToken() == JsonToken.VALUE_STRING ? parser.getString() : null;
            Json.skip(parser);
            int end = (int) parser.currentLocation().getByteOffset();
            return new Value(text, bytes, start, end);
        } catch (JacksonException broken) {
            throw Json.invalid(broken);
        }
    }
}
