package dev.sluice.server.json;

import dev.sluice.core.channel.Characters;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;

/// Reads one JSON object member by member, each name once, and returns values as their original bytes.
///
/// ```
/// var object = new JsonObjectReader(bytes);
/// for (String name = object.next(); name != null; name = object.next()) { … object.value() … }
/// ```
public final class JsonObjectReader {
    private static final int FIRST_NAMES_MAX = 8;

    /// A member's value. For one thread.
    public static final class Value {
        private final byte[] object;
        private final int from;
        private final int to;

        /// Whether the string is ASCII without escapes. It becomes text on first use only, which data never needs.
        private final boolean isPlain;

        private @Nullable String text;

        /// @param text   the decoded string; null if the value is plain, or not a string
        /// @param object the bytes of the whole object or array
        /// @param from   index of the value's first byte
        /// @param to     index after the value's last byte
        private Value(@Nullable String text, boolean isPlain, byte[] object, int from, int to) {
            this.text = text;
            this.isPlain = isPlain;
            this.object = object;
            this.from = from;
            this.to = to;
        }

        /// The value that begins with the parser's current token.
        ///
        /// @param start the index of the first byte that the parser has read
        static Value of(JsonParser parser, byte[] bytes, int start) throws InvalidJsonException {
            int from = start + (int) parser.currentTokenLocation().getByteOffset();
            boolean isString = parser.currentToken() == JsonToken.VALUE_STRING;
            Json.skip(parser);
            int to = start + (int) parser.currentLocation().getByteOffset();
            // With one byte per character, the string has neither escapes nor characters of several bytes.
            boolean isPlain = isString && parser.getStringLength() == to - from - 2;
            return new Value(isString && !isPlain ? parser.getString() : null, isPlain, bytes, from, to);
        }

        public boolean isString() {
            return isPlain || text != null;
        }

        /// The decoded string; null if the value is not a string.
        public @Nullable String text() {
            if (text == null && isPlain) text = new String(object, from + 1, to - from - 2, StandardCharsets.US_ASCII);
            return text;
        }

        /// Returns true if this is a string with this text, without decoding it.
        public boolean is(String other) {
            if (!isPlain) return other.equals(text);
            if (other.length() != to - from - 2) return false;
            for (int i = 0; i < other.length(); i++) if (object[from + 1 + i] != other.charAt(i)) return false;
            return true;
        }

        /// The original bytes of the value.
        public byte[] bytes() {
            return Arrays.copyOfRange(object, from, to);
        }

        /// The text of a string, in UTF-8.
        ///
        /// @return null if the value is not a string, or its text has an incomplete character (a
        ///         lone surrogate)
        public byte @Nullable [] utf8() {
            if (isPlain) return Arrays.copyOfRange(object, from + 1, to - 1);
            if (text == null) return null;
            return Characters.utf8Bytes(text) == Characters.MALFORMED ? null : text.getBytes(StandardCharsets.UTF_8);
        }
    }

    private final byte[] bytes;
    private final JsonParser parser;

    /// True if the parser reads no other object.
    private final boolean isAlone;

    /// The index of the first byte that the parser has read.
    private final int start;

    /// The index after the last byte of the object.
    private final int to;

    /// The first names, which are all names of most objects. Further names are in `otherNames`, which is null
    /// until there are some.
    private final List<String> firstNames = new ArrayList<>(FIRST_NAMES_MAX);

    private @Nullable Set<String> otherNames;

    /// @param bytes valid UTF-8; must not change while this reader and its values are used
    /// @throws InvalidJsonException if the bytes do not begin with an object
    public JsonObjectReader(byte[] bytes) throws InvalidJsonException {
        this(bytes, Json.parser(bytes), true, 0, bytes.length);
    }

    /// Reads one of several objects, see [JsonLines].
    JsonObjectReader(byte[] bytes, JsonParser parser, boolean isAlone, int start, int to) throws InvalidJsonException {
        this.bytes = bytes;
        this.parser = parser;
        this.isAlone = isAlone;
        this.start = start;
        this.to = to;
        try {
            if (parser.nextToken() != JsonToken.START_OBJECT) throw new InvalidJsonException("it is not an object");
        } catch (JacksonException broken) {
            throw Json.invalid(broken);
        }
    }

    /// Returns the next member's name; null after the last, when the whole object has been read and is valid.
    public @Nullable String next() throws InvalidJsonException {
        try {
            if (parser.nextToken() == JsonToken.END_OBJECT) {
                if (isAlone ? parser.nextToken() != null : position() != to) {
                    throw new InvalidJsonException("there is more after the object");
                }
                if (isAlone) parser.close();
                return null;
            }
            String name = parser.currentName();
            if (!isNew(name)) throw new InvalidJsonException("the member '" + Json.shown(name) + "' is there twice");
            parser.nextToken();
            return name;
        } catch (JacksonException broken) {
            throw Json.invalid(broken);
        }
    }

    private boolean isNew(String name) {
        if (firstNames.contains(name)) return false;
        if (firstNames.size() < FIRST_NAMES_MAX) return firstNames.add(name);
        if (otherNames == null) otherNames = new HashSet<>();
        return otherNames.add(name);
    }

    /// Returns the value of the current member; must be called once for each name, before [#next].
    public Value value() throws InvalidJsonException {
        try {
            Value value = Value.of(parser, bytes, start);
            if (value.to > to) throw new InvalidJsonException("it breaks off");
            return value;
        } catch (JacksonException broken) {
            throw Json.invalid(broken);
        }
    }

    /// The index after the current token.
    private int position() {
        return start + (int) parser.currentLocation().getByteOffset();
    }
}
