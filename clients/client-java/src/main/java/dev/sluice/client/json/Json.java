package dev.sluice.client.json;

import java.nio.charset.CharacterCodingException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * A JSON value (RFC 8259), kept as its original text, which is validated completely when it is parsed. Its
 * parts are views of the same text, so that an event's data can be passed on unchanged and costs nothing if
 * it is not read. Immutable, safe to share.
 *
 * <p>Choices that the RFC leaves open: of members with the same name the last one counts; a number is kept as digits of
 * any length; an escape may be an unpaired surrogate; a byte order mark is an error. The caller limits depth and
 * length, so that input from outside cannot exhaust the stack or the memory.
 */
public final class Json {
    /** The type of a value. */
    public enum Kind {
        OBJECT,
        ARRAY,
        STRING,
        NUMBER,
        BOOLEAN,
        NULL
    }

    /** The depth that a hub accepts in an event's data. */
    public static final int DATA_DEPTH_MAX = 64;

    private final String source;
    private final int from;
    private final int to;

    private Json(String source, int from, int to) {
        this.source = source;
        this.from = from;
        this.to = to;
    }

    /**
     * Parses a text that consists of one value, with optional white space around it.
     *
     * @param depthMax the maximum nesting of objects and arrays
     * @param charsMax the maximum length of the text in UTF-16 units
     * @throws JsonException if the text is invalid or exceeds a limit; the message says what is wrong and where
     */
    public static Json parse(String text, int depthMax, int charsMax) throws JsonException {
        if (text.length() > charsMax) {
            throw new JsonException("JSON has " + text.length() + " characters, the limit is " + charsMax);
        }
        var scanner = new JsonScanner(text, text.length(), depthMax);
        int from = scanner.space(0);
        int to = scanner.value(from, 0);
        int rest = scanner.space(to);
        if (rest < text.length()) throw new JsonException("unexpected text after the value", rest);
        return new Json(text, from, to);
    }

    /** As {@link #parse(String, int, int)}, from bytes that must be UTF-8 (RFC 8259 §8.1). */
    public static Json parse(byte[] utf8, int depthMax, int charsMax) throws JsonException {
        try {
            return parse(Utf8.decode(utf8, 0, utf8.length), depthMax, charsMax);
        } catch (CharacterCodingException reason) {
            throw new JsonException("JSON must be UTF-8, but the bytes are not valid UTF-8", reason);
        }
    }

    /** Returns the text as a JSON string: quoted, escaped where necessary, on one line. */
    public static String quote(String text) {
        var quoted = new StringBuilder(text.length() + 16).append('"');
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            switch (c) {
                case '"', '\\' -> quoted.append('\\').append(c);
                case '\n' -> quoted.append("\\n");
                case '\r' -> quoted.append("\\r");
                case '\t' -> quoted.append("\\t");
                default -> {
                    if (c < ' ') quoted.append(String.format(Locale.ROOT, "\\u%04x", (int) c));
                    else quoted.append(c);
                }
            }
        }
        return quoted.append('"').toString();
    }

    public Kind kind() {
        return switch (source.charAt(from)) {
            case '{' -> Kind.OBJECT;
            case '[' -> Kind.ARRAY;
            case '"' -> Kind.STRING;
            case 't', 'f' -> Kind.BOOLEAN;
            case 'n' -> Kind.NULL;
            default -> Kind.NUMBER;
        };
    }

    /** Returns the original text of the value, without white space around it. */
    public String text() {
        return source.substring(from, to);
    }

    /**
     * Returns the value of a string, with its escapes decoded.
     *
     * @throws JsonException if this is not a string
     */
    public String string() throws JsonException {
        expect(Kind.STRING);
        int escape = source.indexOf('\\', from);
        if (escape < 0 || escape >= to) return source.substring(from + 1, to - 1);
        var unescaped = new StringBuilder(to - from);
        for (int position = from + 1; position < to - 1; position++) {
            char c = source.charAt(position);
            if (c != '\\') {
                unescaped.append(c);
                continue;
            }
            char escaped = source.charAt(++position);
            if (escaped == 'u') {
                unescaped.append((char) Integer.parseInt(source, position + 1, position + 5, 16));
                position += 4;
            } else {
                unescaped.append(unescape(escaped));
            }
        }
        return unescaped.toString();
    }

    private static char unescape(char c) {
        return switch (c) {
            case 'b' -> '\b';
            case 'f' -> '\f';
            case 'n' -> '\n';
            case 'r' -> '\r';
            case 't' -> '\t';
            default -> c;
        };
    }

    /**
     * Returns the value of a boolean.
     *
     * @throws JsonException if this is not a boolean
     */
    public boolean bool() throws JsonException {
        expect(Kind.BOOLEAN);
        return source.charAt(from) == 't';
    }

    /**
     * Returns the value of an integer.
     *
     * @throws JsonException if this is not an integer of 64 bits
     */
    public long integer() throws JsonException {
        expect(Kind.NUMBER);
        try {
            return Long.parseLong(source, from, to, 10);
        } catch (NumberFormatException reason) {
            throw new JsonException("an integer of 64 bits was expected", reason);
        }
    }

    /**
     * Returns the members of an object in order.
     *
     * @throws JsonException if this is not an object
     */
    public Map<String, Json> members() throws JsonException {
        expect(Kind.OBJECT);
        var members = new LinkedHashMap<String, Json>();
        var scanner = scanner();
        int position = scanner.space(from + 1);
        while (!scanner.is('}', position)) {
            int nameEnd = scanner.string(position);
            var name = new Json(source, position, nameEnd).string();
            int value = scanner.colon(nameEnd);
            int end = scanner.value(value, 0);
            members.put(name, new Json(source, value, end));
            position = scanner.space(end);
            if (scanner.is(',', position)) position = scanner.space(position + 1);
        }
        return Collections.unmodifiableMap(members);
    }

    /**
     * Returns the elements of an array.
     *
     * @throws JsonException if this is not an array
     */
    public List<Json> elements() throws JsonException {
        expect(Kind.ARRAY);
        var elements = new ArrayList<Json>();
        var scanner = scanner();
        int position = scanner.space(from + 1);
        while (!scanner.is(']', position)) {
            int end = scanner.value(position, 0);
            elements.add(new Json(source, position, end));
            position = scanner.space(end);
            if (scanner.is(',', position)) position = scanner.space(position + 1);
        }
        return Collections.unmodifiableList(elements);
    }

    /**
     * Returns the string value of a member.
     *
     * @throws JsonException if there is no such member, or it is not a string
     */
    public static String string(Map<String, Json> members, String name) throws JsonException {
        var member = members.get(name);
        if (member == null) throw new JsonException("\"" + name + "\" is missing");
        return member.string();
    }

    /** As {@link #string(Map, String)}; empty if there is no such member. */
    public static Optional<String> optionalString(Map<String, Json> members, String name) throws JsonException {
        return members.containsKey(name) ? Optional.of(string(members, name)) : Optional.empty();
    }

    /** Without a limit: the depth was checked when the complete text was parsed. */
    private JsonScanner scanner() {
        return new JsonScanner(source, to, Integer.MAX_VALUE);
    }

    private void expect(Kind kind) throws JsonException {
        if (kind() != kind) throw new JsonException(kind + " expected, not " + kind() + ",", from);
    }

    /** Omits the content, because event data does not belong in logs. */
    @Override
    public String toString() {
        return kind() + " of " + (to - from) + " characters";
    }
}
