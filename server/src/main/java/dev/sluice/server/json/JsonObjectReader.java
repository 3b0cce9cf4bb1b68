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

/// Reads one JSON object member by member, each name once, and gives values as their original bytes.
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

        /// A string that is its own bytes in ASCII: it becomes text when somebody asks, as nobody does for data.
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
        /// @param first where the bytes begin in what the parser reads
        static Value of(JsonParser parser, byte[] bytes, long first) throws InvalidJson {
            int start = (int) (parser.currentTokenLocation().getByteOffset() - first);
            boolean isString = parser.currentToken() == JsonToken.VALUE_STRING;
            Json.skip(parser);
            int end = (int) (parser.currentLocation().getByteOffset() - first);
            // With one byte for each character it has neither escapes nor characters that take more.
            boolean isPlain = isString && parser.getStringLength() == end - start - 2;
            return new Value(isString && !isPlain ? parser.getString() : null, isPlain, bytes, start, end);
        }

        public boolean isString() {
            return isPlain || text != null;
        }

        /// The decoded string; null if the value is not a string.
        public @Nullable String text() {
            if (text == null && isPlain) text = new String(object, from + 1, to - from - 2, StandardCharsets.US_ASCII);
            return text;
        }

        /// Whether this is a string with this text. Decodes nothing.
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
        /// @return null if the value is no string, or its text has an incomplete character (a lone surrogate)
        public byte @Nullable [] utf8() {
            if (isPlain) return Arrays.copyOfRange(object, from + 1, to - 1);
            if (text == null) return null;
            return Characters.utf8Bytes(text) == Characters.MALFORMED ? null : text.getBytes(StandardCharsets.UTF_8);
        }
    }

    private final byte[] bytes;
    private final int length;
    private final JsonParser parser;

    /// Has the parser, for the next object; null: the parser is for this one alone.
    private final @Nullable RecycledParser recycled;

    /// The first names, which most objects have no more of, and the others; null as long as there are none.
    private final List<String> firstNames;

    private @Nullable Set<String> otherNames;

    /// @param bytes valid UTF-8
    /// @throws InvalidJson if the bytes do not begin with an object
    public JsonObjectReader(byte[] bytes) throws InvalidJson {
        this(bytes, bytes.length);
    }

    /// Reads an object of the first bytes, which stay as they are as long as this object and its values are used.
    ///
    /// @param bytes valid UTF-8
    /// @throws InvalidJson if the bytes do not begin with an object
    public JsonObjectReader(byte[] bytes, int length) throws InvalidJson {
        this(bytes, length, RecycledParser.before(bytes, length));
    }

    private JsonObjectReader(byte[] bytes, int length, @Nullable RecycledParser recycled) throws InvalidJson {
        this.bytes = bytes;
        this.length = length;
        this.recycled = recycled;
        parser = recycled == null ? Json.parser(bytes, length) : recycled.parser();
        firstNames = recycled == null ? new ArrayList<>(FIRST_NAMES_MAX) : recycled.names();
        try {
            if (parser.nextToken() != JsonToken.START_OBJECT) throw new InvalidJson("it is not an object");
        } catch (JacksonException broken) {
            throw invalid(broken);
        }
    }

    /// Returns the next member's name; null after the last, when the whole object has been read and is valid.
    public @Nullable String next() throws InvalidJson {
        try {
            if (parser.nextToken() == JsonToken.END_OBJECT) {
                end();
                return null;
            }
            String name = parser.currentName();
            if (!isNew(name)) throw new InvalidJson("the member '" + Json.shown(name) + "' is there twice");
            parser.nextToken();
            return name;
        } catch (JacksonException broken) {
            throw invalid(broken);
        }
    }

    private void end() throws InvalidJson {
        if (recycled == null) {
            if (parser.nextToken() != null) throw more();
            parser.close();
            return;
        }
        if (!recycled.isAtEnd()) throw more();
        recycled.release();
    }

    private static InvalidJson more() {
        return new InvalidJson("there is more after the object");
    }

    /// What is wrong. A parser that has read other objects before does not know where it is in this one.
    private InvalidJson invalid(JacksonException broken) {
        if (recycled == null) return Json.invalid(broken);
        try {
            JsonObjectReader again = new JsonObjectReader(bytes, length, null);
            while (again.next() != null) again.value();
            return Json.invalid(broken);
        } catch (InvalidJson found) {
            return found;
        }
    }

    private boolean isNew(String name) {
        if (firstNames.contains(name)) return false;
        if (firstNames.size() < FIRST_NAMES_MAX) return firstNames.add(name);
        if (otherNames == null) otherNames = new HashSet<>();
        return otherNames.add(name);
    }

    /// Returns the value of the current member; to be called once for each name, before [#next].
    public Value value() throws InvalidJson {
        try {
            return Value.of(parser, bytes, recycled == null ? 0 : recycled.start());
        } catch (JacksonException broken) {
            throw invalid(broken);
        }
    }
}
