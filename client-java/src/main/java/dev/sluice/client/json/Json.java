package dev.sluice.client.json;

import java.nio.charset.CharacterCodingException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A JSON value (RFC 8259): the very text it came as, found to be sound as a whole when it was parsed. Its parts are views
 * of the same text, so an event's data can be passed on as it was, and costs nothing where nobody looks into it.
 * Immutable, safe to share.
 *
 * <p>Where the RFC leaves a choice: of members with the same name the last counts; a number is kept as its digits, of any
 * size; an escape may name half of a surrogate pair; a byte order mark is an error. Depth and length are limited by the
 * caller, as nothing that comes from outside may exhaust the stack or the memory.
 */
public final class Json {
    /** What a value is. */
    public enum Kind {
        OBJECT,
        ARRAY,
        STRING,
        NUMBER,
        BOOLEAN,
        NULL
    }

    /** The depth that a hub takes as an event's data. */
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
     * Reads a text that is one value, with nothing but white space around it.
     *
     * @param depthMax  how many objects and arrays may stand within each other
     * @param charsMax the longest text, in UTF-16 units
     * @throws JsonException if it is anything else; the message says what is wrong and where
     */
    public static Json parse(String text, int depthMax, int charsMax) throws JsonException {
        if (text.length() > charsMax) {
            throw new JsonException(text.length() + " characters of JSON, the limit is " + charsMax);
        }
        var scanner = new JsonScanner(text, text.length(), depthMax);
        int from = scanner.space(0);
        int to = scanner.value(from, 0);
        int rest = scanner.space(to);
        if (rest < text.length()) throw new JsonException("something follows the value", rest);
        return new Json(text, from, to);
    }

    /** As {@link #parse(String, int, int)}, from bytes that must be UTF-8 (RFC 8259 §8.1). */
    public static Json parse(byte[] utf8, int depthMax, int charsMax) throws JsonException {
        try {
            return parse(Utf8.decode(utf8, 0, utf8.length), depthMax, charsMax);
        } catch (CharacterCodingException reason) {
            throw new JsonException("JSON must be UTF-8, these bytes are not", reason);
        }
    }

    /** The text as a JSON string: in quotation marks, escaped where it must be, on one line. */
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
                    if (c < ' ') quoted.append(String.format("\\u%04x", (int) c));
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

    /** The value as it came, without the white space around it. */
    public String text() {
        return source.substring(from, to);
    }

    /** What a string says, its escapes undone. @throws JsonException if this is no string */
    public String string() throws JsonException {
        expect(Kind.STRING);
        int escape = source.indexOf('\\', from);
        if (escape < 0 || escape >= to) return source.substring(from + 1, to - 1);
        var unescaped = new StringBuilder(to - from);
        for (int at = from + 1; at < to - 1; at++) {
            char c = source.charAt(at);
            if (c != '\\') {
                unescaped.append(c);
                continue;
            }
            char escaped = source.charAt(++at);
            if (escaped == 'u') {
                unescaped.append((char) Integer.parseInt(source, at + 1, at + 5, 16));
                at += 4;
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

    /** Whether it is true. @throws JsonException if it is neither true nor false */
    public boolean bool() throws JsonException {
        expect(Kind.BOOLEAN);
        return source.charAt(from) == 't';
    }

    /** A number without fraction that fits. @throws JsonException if this is anything else */
    public long integer() throws JsonException {
        expect(Kind.NUMBER);
        try {
            return Long.parseLong(source, from, to, 10);
        } catch (NumberFormatException reason) {
            throw new JsonException("a whole number of 64 bits was expected", reason);
        }
    }

    /** An object's members in their order. @throws JsonException if this is no object */
    public Map<String, Json> members() throws JsonException {
        expect(Kind.OBJECT);
        var members = new LinkedHashMap<String, Json>();
        var scanner = scanner();
        int at = scanner.space(from + 1);
        while (!scanner.is('}', at)) {
            int nameEnd = scanner.string(at);
            var name = new Json(source, at, nameEnd).string();
            int value = scanner.colon(nameEnd);
            int end = scanner.value(value, 0);
            members.put(name, new Json(source, value, end));
            at = scanner.space(end);
            if (scanner.is(',', at)) at = scanner.space(at + 1);
        }
        return Collections.unmodifiableMap(members);
    }

    /** An array's elements. @throws JsonException if this is no array */
    public List<Json> elements() throws JsonException {
        expect(Kind.ARRAY);
        var elements = new ArrayList<Json>();
        var scanner = scanner();
        int at = scanner.space(from + 1);
        while (!scanner.is(']', at)) {
            int end = scanner.value(at, 0);
            elements.add(new Json(source, at, end));
            at = scanner.space(end);
            if (scanner.is(',', at)) at = scanner.space(at + 1);
        }
        return Collections.unmodifiableList(elements);
    }

    /** The string of an object's member. @throws JsonException if there is none, or it is no string */
    public static String string(Map<String, Json> members, String name) throws JsonException {
        var member = members.get(name);
        if (member == null) throw new JsonException("\"" + name + "\" is missing");
        return member.string();
    }

    /** As {@link #string(Map, String)}, empty if there is no such member. */
    public static Optional<String> optionalString(Map<String, Json> members, String name) throws JsonException {
        return members.containsKey(name) ? Optional.of(string(members, name)) : Optional.empty();
    }

    /** The depth was checked when the whole was parsed. */
    private JsonScanner scanner() {
        return new JsonScanner(source, to, Integer.MAX_VALUE);
    }

    private void expect(Kind kind) throws JsonException {
        if (kind() != kind) throw new JsonException(kind + " expected, not " + kind() + ",", from);
    }

    /** Says no more than this, as events don't belong in logs. */
    @Override
    public String toString() {
        return kind() + " of " + (to - from) + " characters";
    }
}
