package dev.sluice.server.json;

import dev.sluice.server.json.JsonObjectReader.Value;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;

/// Reads one JSON array element by element, and returns the elements as their original bytes.
public final class JsonArrayReader {
    private final byte[] bytes;
    private final JsonParser parser;

    /// @param bytes valid UTF-8
    /// @throws InvalidJsonException if the bytes do not begin with an array
    public JsonArrayReader(byte[] bytes) throws InvalidJsonException {
        this.bytes = bytes;
        parser = Json.parser(bytes);
        try {
            if (parser.nextToken() != JsonToken.START_ARRAY) throw new InvalidJsonException("it is not an array");
        } catch (JacksonException broken) {
            throw Json.invalid(broken);
        }
    }

    /// Returns the next element; null after the last, when the whole array has been read and is valid.
    public @Nullable Value next() throws InvalidJsonException {
        try {
            if (parser.nextToken() == JsonToken.END_ARRAY) {
                if (parser.nextToken() != null) throw new InvalidJsonException("there is more after the array");
                parser.close();
                return null;
            }
            return Value.of(parser, bytes, 0);
        } catch (JacksonException broken) {
            throw Json.invalid(broken);
        }
    }
}
