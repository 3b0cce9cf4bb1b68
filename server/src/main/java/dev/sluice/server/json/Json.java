package dev.sluice.server.json;

import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
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
import tools.jackson.core.json.JsonFactory;
import tools.jackson.core.util.JsonRecyclerPools;
import tools.jackson.databind.DatabindException;
import tools.jackson.databind.MapperFeature;
import tools.jackson.databind.json.JsonMapper;

/// The one set of rules by which this server reads and writes JSON.
public final class Json {
    /// The deepest nesting that is read: enough for data, too little to exhaust anybody's stack.
    public static final int DEPTH_MAX = 64;

    /// The longest number that is read: readers turn numbers into values, at a cost that grows with their length.
    public static final int NUMBER_CHARACTERS_MAX = 1000;

    private static final String TOO_LONG_NUMBER = "a number has more than " + NUMBER_CHARACTERS_MAX + " characters";

    /// What a message of Jackson's ends with for whoever could set it up otherwise.
    private static final Pattern HINT =
            Pattern.compile("( in numeric value: JSON spec.*|: enable .*|: maybe a .*)$", Pattern.DOTALL);

    /// Sets of buffers that are kept: about one for each thread that reads or writes JSON at the same time.
    private static final int BUFFERS_MAX = 16;

    /// Strict RFC 8259, and UTF-8 alone (§8.1): no guessing of UTF-16 from zero bytes.
    static final JsonFactory FACTORY = JsonFactory.builder()
            .disable(TokenStreamFactory.Feature.CHARSET_DETECTION)
            // Names come from outside and seldom twice. (Jackson keeps a bounded table of them all the same.)
            .disable(TokenStreamFactory.Feature.INTERN_PROPERTY_NAMES)
            // The default pool makes a node of a queue for each use, and many of them come to the old generation.
            .recyclerPool(JsonRecyclerPools.newBoundedPool(BUFFERS_MAX))
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxNestingDepth(DEPTH_MAX)
                    .maxNumberLength(NUMBER_CHARACTERS_MAX)
                    .build())
            .build();

    /// A record's members stand in the order in which it declares them.
    private static final JsonMapper MAPPER = JsonMapper.builder(FACTORY)
            .disable(MapperFeature.SORT_PROPERTIES_ALPHABETICALLY)
            .build();

    private Json() {}

    private record Sample(String text) {}

    /// Loads what [#read(byte[], Class)] and [#write] need, which the first to call them would wait for: some 100 ms.
    public static void load() {
        MAPPER.readValue(write(new Sample("")), Sample.class);
    }

    /// A value of a program, as a record or map, in UTF-8 and on one line.
    ///
    /// @throws JacksonException if it is of a kind that has no JSON
    public static byte[] write(Object value) {
        return MAPPER.writeValueAsBytes(value);
    }

    /// A value for a program.
    public static <T> T read(byte[] bytes, Class<T> as) throws InvalidJson {
        try {
            return MAPPER.readValue(bytes, as);
        } catch (JacksonException broken) {
            throw invalid(broken);
        }
    }

    /// What `content` writes, as UTF-8, and a line feed: where an answer is shown on a terminal the prompt begins on a
    /// line of its own.
    public static byte[] bytes(Consumer<JsonGenerator> content) {
        var bytes = new ByteArrayOutputStream(256);
        try (JsonGenerator json = generator(bytes)) {
            content.accept(json);
        }
        bytes.write('\n');
        return bytes.toByteArray();
    }

    /// Writes to `out`, and leaves it open.
    public static JsonGenerator generator(OutputStream out) {
        return FACTORY.createGenerator(ObjectWriteContext.empty(), out);
    }

    /// Makes sure that these bytes are exactly one JSON value.
    ///
    /// @param bytes valid UTF-8
    public static void check(byte[] bytes) throws InvalidJson {
        try (JsonParser parser = parser(bytes)) {
            if (parser.nextToken() == null) throw new InvalidJson("there is none");
            skip(parser);
            if (parser.nextToken() != null) throw new InvalidJson("there is more behind it");
        } catch (JacksonException broken) {
            throw invalid(broken);
        }
    }

    static JsonParser parser(byte[] bytes) throws InvalidJson {
        // RFC 8259 §8.1: no byte order mark. It would stand in the midst of an envelope.
        if (bytes.length > 0 && bytes[0] == (byte) 0xEF) throw new InvalidJson("it begins with a byte order mark");
        return FACTORY.createParser(ObjectReadContext.empty(), bytes);
    }

    /// Passes over the value that begins with the current token, to its last token.
    static void skip(JsonParser parser) throws InvalidJson {
        int depth = 0;
        do {
            JsonToken token = parser.currentToken();
            if (token.isStructStart()) depth++;
            else if (token.isStructEnd()) depth--;
            else if (token.isNumeric() && parser.getStringLength() > NUMBER_CHARACTERS_MAX)
                throw new InvalidJson(TOO_LONG_NUMBER);
            parser.finishToken(); // Strings are else not looked at until somebody wants them.
        } while (depth > 0 && parser.nextToken() != null);
    }

    static InvalidJson invalid(JacksonException broken) {
        String where = broken.getLocation() == null
                ? ""
                : " (line " + broken.getLocation().getLineNr() + ", column "
                        + broken.getLocation().getColumnNr() + ")";
        return new InvalidJson(reason(broken) + where);
    }

    /// In our words where Jackson names its settings or our classes: whoever sent this can do nothing with those.
    private static String reason(JacksonException broken) {
        String said = broken.getOriginalMessage();
        return switch (broken) {
            case StreamConstraintsException _
            when said.contains("getMaxNestingDepth") -> "it is nested deeper than " + DEPTH_MAX + " levels";
            case StreamConstraintsException _ when said.contains("getMaxNumberLength") -> TOO_LONG_NUMBER;
            case StreamConstraintsException _ -> "a name or a text in it is too long";
            case UnexpectedEndOfInputException _ -> "it breaks off";
            case DatabindException _ -> "a value is of another kind than is expected there";
            default -> shown(HINT.matcher(said).replaceFirst(""));
        };
    }

    /// Text from outside as a message may quote it.
    static String shown(String text) {
        String start = text.length() > 200 ? text.substring(0, 199) + "…" : text;
        return start.replaceAll("[\\p{Cc}\\p{Cs}]", "?");
    }
}
