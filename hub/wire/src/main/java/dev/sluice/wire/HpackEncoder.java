package dev.sluice.wire;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;

/// Encodes the fields of the requests of one connection of HTTP/2 (RFC 7541). As in browsers, a field that
/// was sent before becomes a reference of one or two bytes. Huffman's code is not used. Used by one thread at
/// a time.
public final class HpackEncoder {
    private static final int METHOD_GET = 0x82; // Of the static table (appendix A).
    private static final int METHOD_POST = 0x83;
    private static final int SCHEME_HTTPS = 0x87;
    private static final int STATUS_200 = 0x88;
    private static final int STATIC_ENTRIES = 61;
    private static final int INDEXED = 0x80;
    private static final int INDEXED_BITS = 7;
    private static final int LITERAL_TO_INDEX = 0x40;
    private static final int LITERAL = 0;
    private static final int TEXT_BITS = 7;
    private static final int SIZE_UPDATE_MASK = 0xE0;
    private static final int SIZE_UPDATE = 0x20; // Of the dynamic table (§6.3).

    /// The table size that every server permits without being asked (§4.2), and the overhead of an entry
    /// (§4.1).
    private static final int TABLE_BYTES = 4_096;

    private static final int ENTRY_BYTES = 32;

    private final Map<String, Integer> added = new HashMap<>(); // The index of each field in the order of addition.
    private int tableBytes;

    public HpackEncoder() {}

    public byte[] get(String authority, String target, Map<String, String> headers) {
        return request(METHOD_GET, authority, target, headers);
    }

    public byte[] post(String authority, String target, Map<String, String> headers) {
        return request(METHOD_POST, authority, target, headers);
    }

    private byte[] request(int method, String authority, String target, Map<String, String> headers) {
        var out = new ByteArrayOutputStream();
        out.write(method);
        out.write(SCHEME_HTTPS);
        field(out, ":authority", authority);
        field(out, ":path", target);
        headers.forEach((name, value) -> field(out, name.toLowerCase(Locale.ROOT), value));
        return out.toByteArray();
    }

    private void field(ByteArrayOutputStream out, String name, String value) {
        String entry = name + ": " + value;
        Integer place = added.get(entry);
        if (place != null) {
            number(out, INDEXED, INDEXED_BITS, STATIC_ENTRIES + added.size() - place); // The newest comes first.
            return;
        }
        int bytes = name.length() + value.length() + ENTRY_BYTES;
        boolean fits = tableBytes + bytes <= TABLE_BYTES; // Otherwise the server would evict entries.
        if (fits) {
            added.put(entry, added.size());
            tableBytes += bytes;
        }
        out.write(fits ? LITERAL_TO_INDEX : LITERAL);
        text(out, name);
        text(out, value);
    }

    /// Encodes fields as literals without indexing (§6.2.2), which need no encoder.
    public static byte[] literals(String... namesAndValues) {
        var out = new ByteArrayOutputStream();
        for (int i = 0; i < namesAndValues.length; i += 2) {
            out.write(LITERAL);
            text(out, namesAndValues[i]);
            text(out, namesAndValues[i + 1]);
        }
        return out.toByteArray();
    }

    /// Encodes the fields of a GET as [#literals].
    ///
    /// @param more names and values
    public static byte[] getAsLiterals(String authority, String target, String... more) {
        var out = new ByteArrayOutputStream();
        out.writeBytes(literals(":method", "GET", ":scheme", "https", ":authority", authority, ":path", target));
        out.writeBytes(literals(more));
        return out.toByteArray();
    }

    /// Returns true if these fields of a response begin with the status 200 in the form that servers use.
    public static boolean isStatus200(ByteBuffer fields) {
        int at = fields.position();
        while (at < fields.limit() && (fields.get(at) & SIZE_UPDATE_MASK) == SIZE_UPDATE) at++;
        return at < fields.limit() && (fields.get(at) & 0xFF) == STATUS_200;
    }

    private static void text(ByteArrayOutputStream out, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.ISO_8859_1);
        number(out, 0, TEXT_BITS, bytes.length);
        out.writeBytes(bytes);
    }

    /// Writes an integer with a prefix of the given number of bits (§5.1).
    private static void number(ByteArrayOutputStream out, int pattern, int bits, int value) {
        int most = (1 << bits) - 1;
        if (value < most) {
            out.write(pattern | value);
            return;
        }
        out.write(pattern | most);
        int left = value - most;
        for (; left >= 128; left >>>= 7) out.write((left & 127) | 128);
        out.write(left);
    }
}
