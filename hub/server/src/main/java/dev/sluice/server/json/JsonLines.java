package dev.sluice.server.json;

import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonParser;

/// Reads objects that follow one another in an array, each on its own line, with one parser: creating a parser
/// takes as long as reading a small object with it, and 600 bytes.
public final class JsonLines implements AutoCloseable {
    private @Nullable JsonParser parser;

    /// The index of the first byte that the parser has read.
    private int start;

    /// Returns a reader of the object on a line. It throws for each line that is more or less than one object,
    /// also for blanks after it, and the message may be wrong: then [#close] this, and read the line alone.
    ///
    /// @param bytes the same array in each call, with valid UTF-8 in the line; must not change before [#close]
    /// @param from  the index of the line's first byte, behind the lines that were read before
    /// @param to    the index after the line's last byte
    public JsonObjectReader object(byte[] bytes, int from, int to) throws InvalidJsonException {
        if (parser == null) {
            parser = Json.parser(bytes, from);
            start = from;
        }
        return new JsonObjectReader(bytes, parser, false, start, to);
    }

    /// Ends the parser. The next line gets another one.
    @Override
    public void close() {
        if (parser != null) parser.close();
        parser = null;
    }
}
