package dev.sluice.server.json;

import java.io.ByteArrayOutputStream;
import java.util.function.Consumer;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.TokenStreamFactory;
import tools.jackson.core.json.JsonFactory;

/// The one set of rules by which this server reads and writes JSON.
public final class Json {
    /// The deepest nesting that is read: enough for data, too little to exhaust anybody's stack.
    public static final int DEPTH_MAX = 64;

    /// The longest number that is read: readers turn numbers into values, at a cost that grows with their length.
    public static final int NUMBER_CHARACTERS_MAX = 1000;

    /// Strict RFC 8259, and UTF-8 alone (§8.1): no guessing of UTF-16 from zero bytes.
    static final JsonFactory FACTORY = JsonFactory.builder()
            .disable(TokenStreamFactory.Feature.CHARSET_DETECTION)
            // Names come from outside and seldom twice: a shared table of them would only be something to fill.
            .disable(TokenStreamFactory.Feature.CANONICALIZE_PROPERTY_NAMES)
            .disable(TokenStreamFactory.Feature.INTERN_PROPERTY_NAMES)
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxNestingDepth(DEPTH_MAX)
                    .maxNumberLength(NUMBER_CHARACTERS_MAX)
                    .build())
            .build();

    private Json() {}

    /// What `content` writes, as UTF-8.
    public static byte[] bytes(Consumer<JsonGenerator> content) {
        var bytes = new ByteArrayOutputStream(256);
        try (JsonGenerator json = FACTORY.createGenerator(ObjectWriteContext.empty(), bytes)) {
            content.accept(json);
        }
        return bytes.toByteArray();
    }
}
