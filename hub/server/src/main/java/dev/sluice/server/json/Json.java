package dev.sluice.server.json;

import dev.sluice.core.encoding.ByteBuilder;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.TokenStreamFactory;
import tools.jackson.core.exc.StreamConstraintsException;
import tools.jackson.core.exc.UnexpectedEndOfInputException;
import tools.jackson.core.io.JsonStringEncoder;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.core.util.JsonRecyclerPools;
import tools.jackson.databind.DatabindException;
import tools.jackson.databind.MapperFeature;
import tools.jackson.databind.json.JsonMapper;

/// Reads and writes all JSON of the server, with one set of rules and limits.
public final class Json {
    /// The maximum nesting that is accepted: enough for data, too little to exhaust the stack of a consumer.
    public static final int DEPTH_MAX = 64;

    /// The maximum length of a number: the cost of converting a number grows with its length.
    public static final int NUMBER_CHARACTERS_MAX = 1000;

    private static final String TOO_LONG_NUMBER = "a number has more than " + NUMBER_CHARACTERS_MAX + " characters";

    /// The end of Jackson's messages that addresses the developer who configures Jackson.
    private static final Pattern HINT =
            Pattern.compile("( in numeric value: JSON spec.*|: enable .*|: maybe a .*)$", Pattern.DOTALL);

    /// Strict RFC 8259, and UTF-8 only (§8.1): UTF-16 is not guessed from zero bytes.
    static final JsonFactory FACTORY = JsonFactory.builder()
            .disable(TokenStreamFactory.Feature.CHARSET_DETECTION)
            // Names are untrusted and seldom repeat. (Jackson still keeps a bounded table of them.)
            .disable(TokenStreamFactory.Feature.INTERN_PROPERTY_NAMES)
            // Event loops read nearly all JSON: their own buffers need no lock, and no queue node for each use.
            .recyclerPool(JsonRecyclerPools.threadLocalPool())
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxNestingDepth(DEPTH_MAX)
                    .maxNumberLength(NUMBER_CHARACTERS_MAX)
                    .build())
            .build();

    /// Created on first use, which must not be during the start of a hub: loading its classes takes some 30 ms.
    private static final class Mapper {
        /// Writes the members of a record in the order of their declaration.
        private static final JsonMapper INSTANCE = JsonMapper.builder(FACTORY)
                .disable(MapperFeature.SORT_PROPERTIES_ALPHABETICALLY)
                .build();
    }

    private Json() {}

    private record Sample(String text) {}

    /// Loads the classes for [#read(byte[], Class)] and [#write], which would otherwise delay their first caller
    /// by some 100 ms.
    public static void load() {
        Mapper.INSTANCE.readValue(write(new Sample("")), Sample.class);
    }

    /// Writes a value of a program, such as a record or map, as UTF-8 on one line.
    ///
    /// @throws JacksonException if its type can't be written as JSON
    public static byte[] write(Object value) {
        return UnicodeLineEnds.escape(Mapper.INSTANCE.writeValueAsBytes(value));
    }

    /// Reads a value for a program.
    public static <T> T read(byte[] bytes, Class<T> as) throws InvalidJsonException {
        try {
            return Mapper.INSTANCE.readValue(bytes, as);
        } catch (JacksonException broken) {
            throw invalid(broken);
        }
    }

    /// Returns the output of `content` as UTF-8, followed by a line feed, so that the prompt of a terminal that
    /// shows the response begins on a new line.
    public static byte[] bytes(Consumer<JsonGenerator> content) {
        var bytes = written(content);
        bytes.write('\n');
        return bytes.toByteArray();
    }

    /// The text as it appears between the quotation marks of a JSON string, with its [line ends][UnicodeLineEnds]
    /// escaped.
    public static String escaped(String text) {
        if (isPlain(text)) return text;
        byte[] quoted = JsonStringEncoder.getInstance().quoteAsUTF8(text);
        return new String(UnicodeLineEnds.escape(quoted), StandardCharsets.UTF_8);
    }

    private static boolean isPlain(String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c < ' ' || c == '"' || c == '\\' || c == '\u0085' || c == '\u2028' || c == '\u2029') return false;
        }
        return true;
    }

    /// Returns an object whose members `members` writes, as UTF-8, as the data of an event.
    public static byte[] object(Consumer<JsonGenerator> members) {
        return written(json -> {
                    json.writeStartObject();
                    members.accept(json);
                    json.writeEndObject();
                })
                .toByteArray();
    }

    private static ByteBuilder written(Consumer<JsonGenerator> content) {
        var bytes = new ByteBuilder(256);
        try (JsonGenerator json = generator(bytes)) {
            content.accept(json);
        }
        UnicodeLineEnds.escape(bytes, 0);
        return bytes;
    }

    /// Returns a generator that writes to `out` and does not close it.
    public static JsonGenerator generator(OutputStream out) {
        return FACTORY.createGenerator(ObjectWriteContext.empty(), out);
    }

    /// Checks that these bytes are exactly one JSON value.
    ///
    /// @param bytes valid UTF-8
    public static void check(byte[] bytes) throws InvalidJsonException {
        try (JsonParser parser = parser(bytes)) {
            if (parser.nextToken() == null) throw new InvalidJsonException("there is none");
            skip(parser);
            if (parser.nextToken() != null) throw new InvalidJsonException("there is more after it");
        } catch (JacksonException broken) {
            throw invalid(broken);
        }
    }

    static JsonParser parser(byte[] bytes) throws InvalidJsonException {
        return parser(bytes, 0);
    }

    /// Reads the bytes from an index on.
    static JsonParser parser(byte[] bytes, int from) throws InvalidJsonException {
        // RFC 8259 §8.1: no byte order mark. It would end in the middle of an envelope.
        if (from < bytes.length && bytes[from] == (byte) 0xEF) {
            throw new InvalidJsonException("it begins with a byte order mark");
        }
        return FACTORY.createParser(ObjectReadContext.empty(), bytes, from, bytes.length - from);
    }

    /// Skips the value that begins with the current token, to its last token.
    static void skip(JsonParser parser) throws InvalidJsonException {
        int depth = 0;
        do {
            JsonToken token = parser.currentToken();
            if (token.isStructStart()) depth++;
            else if (token.isStructEnd()) depth--;
            else if (token.isNumeric() && parser.getStringLength() > NUMBER_CHARACTERS_MAX)
                throw new InvalidJsonException(TOO_LONG_NUMBER);
            parser.finishToken(); // Otherwise strings are not validated until they are read.
        } while (depth > 0 && parser.nextToken() != null);
    }

    static InvalidJsonException invalid(JacksonException broken) {
        String where = broken.getLocation() == null
                ? ""
                : " (line " + broken.getLocation().getLineNr() + ", column "
                        + broken.getLocation().getColumnNr() + ")";
        return new InvalidJsonException(reason(broken) + where);
    }

    /// Replaces messages in which Jackson mentions its settings or classes of this program, which mean nothing
    /// to the sender.
    private static String reason(JacksonException broken) {
        String message = broken.getOriginalMessage();
        return switch (broken) {
            case StreamConstraintsException _
            when message.contains("getMaxNestingDepth") -> "it is nested deeper than " + DEPTH_MAX + " levels";
            case StreamConstraintsException _ when message.contains("getMaxNumberLength") -> TOO_LONG_NUMBER;
            case StreamConstraintsException _ -> "a name or a text in it is too long";
            case UnexpectedEndOfInputException _ -> "it breaks off";
            case DatabindException _ -> "a value is of another kind than is expected there";
            default -> shown(HINT.matcher(message).replaceFirst(""));
        };
    }

    /// Prepares untrusted text for a message: shortened, and without control characters.
    static String shown(String text) {
        String start = text.length() > 200 ? text.substring(0, 199) + "…" : text;
        return start.replaceAll("[\\p{Cc}\\p{Cs}]", "?");
    }
}
