package dev.sluice.server.json;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.ObjectReadContext;

/// A parser that reads one small object or array after the other: making one takes as long as reading such an object,
/// and a kilobyte of memory. A thread has one that is free at most. It is lost when an object is not read to its end.
final class RecycledParser {
    /// Bytes that one parser reads before another one takes its place: it remembers the names in all of them.
    private static final int BYTES_MAX = 256 << 10;

    private static final byte[] NOTHING = {};

    /// Nobody asks for what the parser has read ahead.
    private static final OutputStream NOWHERE = OutputStream.nullOutputStream();

    private static final ThreadLocal<Slot> FREE = ThreadLocal.withInitial(Slot::new);

    /// Where a thread keeps its free parser.
    private static final class Slot {
        private @Nullable RecycledParser parser;
    }

    private final Input input = new Input();
    private final JsonParser parser = Json.FACTORY.createParser(ObjectReadContext.empty(), input);
    private final List<String> names = new ArrayList<>();
    private int bytesLeft = BYTES_MAX;

    /// Where the object begins, in bytes since the first one.
    private long start;

    private RecycledParser() {}

    /// The bytes of one object. The parser asks for more only if the object breaks off.
    private static final class Input extends InputStream {
        private byte[] bytes = NOTHING;
        private int length;
        private int at;

        void set(byte[] object, int length) {
            bytes = object;
            this.length = length;
            at = 0;
        }

        @Override
        public int read() throws IOException {
            throw new UnsupportedOperationException("the parser reads into its buffer");
        }

        @Override
        public int read(byte[] buffer, int offset, int max) throws IOException {
            int count = Math.min(max, length - at);
            if (count == 0) throw new IOException("the object breaks off"); // The end would close the parser.
            System.arraycopy(bytes, at, buffer, offset, count);
            at += count;
            return count;
        }
    }

    /// A parser that stands before an object; null if these bytes are worth one of their own.
    ///
    /// @param bytes  begin with the object
    /// @param length of the object, and of what is behind it that may be whitespace only
    static @Nullable RecycledParser before(byte[] bytes, int length) {
        if (length > BYTES_MAX) return null;
        Slot slot = FREE.get();
        RecycledParser free = slot.parser == null ? new RecycledParser() : slot.parser;
        slot.parser = null;
        free.begin(bytes, length);
        return free;
    }

    private void begin(byte[] object, int length) {
        start = parser.currentLocation().getByteOffset();
        input.set(object, length);
    }

    JsonParser parser() {
        return parser;
    }

    /// For the names that the reader of an object has met; empty at its beginning.
    List<String> names() {
        return names;
    }

    /// Where the object begins in what the parser has read, in bytes.
    long start() {
        return start;
    }

    /// Reads the whole object.
    ///
    /// @return false if it is not valid, or longer than one value
    boolean isValid() {
        boolean isValid;
        try {
            parser.nextToken();
            Json.skip(parser);
            isValid = isAtEnd();
        } catch (JacksonException | InvalidJson broken) {
            isValid = false; // Whoever asks reads it again to find out why.
        }
        if (isValid) release();
        else parser.close();
        return isValid;
    }

    /// Whether nothing but whitespace (RFC 8259 §2) is left, after the last token of the object.
    boolean isAtEnd() {
        byte[] bytes = input.bytes;
        int end = (int) (parser.currentLocation().getByteOffset() - start);
        for (int i = end; i < input.length; i++) {
            if (bytes[i] != ' ' && bytes[i] != '\n' && bytes[i] != '\r' && bytes[i] != '\t') return false;
        }
        return true;
    }

    /// Called at the end of the object: it may read another.
    void release() {
        bytesLeft -= input.length;
        input.set(NOTHING, 0);
        names.clear();
        parser.releaseBuffered(NOWHERE);
        if (bytesLeft > 0) FREE.get().parser = this;
        else parser.close();
    }
}
