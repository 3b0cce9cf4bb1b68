package dev.sluice.lab.client;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;

/// The header fields of the requests of one connection of HTTP/2 (RFC 7541): what was sent before is a reference of a
/// byte or two, as browsers do it. Huffman's code is not used.
final class HeaderEncoder {
    private static final int METHOD_GET = 0x82; // Of the static table (appendix A).
    private static final int METHOD_POST = 0x83;
    private static final int SCHEME_HTTPS = 0x87;
    private static final int STATIC_ENTRIES = 61;
    private static final int INDEXED = 0x80;
    private static final int INDEXED_BITS = 7;
    private static final int LITERAL_TO_INDEX = 0x40;
    private static final int LITERAL = 0;
    private static final int TEXT_BITS = 7;

    /// The table size that every server permits without being asked (§4.2), and the size of an entry besides its text
    /// (§4.1).
    private static final int TABLE_BYTES = 4_096;

    private static final int ENTRY_BYTES = 32;

    private final Map<String, Integer> added = new HashMap<>(); // In which place each was added.
    private int tableBytes;

    byte[] get(String authority, String target, Map<String, String> headers) {
        return request(METHOD_GET, authority, target, headers);
    }

    byte[] post(String authority, String target, Map<String, String> headers) {
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
        boolean fits = tableBytes + bytes <= TABLE_BYTES; // So that nothing is ever evicted.
        if (fits) {
            added.put(entry, added.size());
            tableBytes += bytes;
        }
        out.write(fits ? LITERAL_TO_INDEX : LITERAL);
        text(out, name);
        text(out, value);
    }

    private static void text(ByteArrayOutputStream out, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.ISO_8859_1);
        number(out, 0, TEXT_BITS, bytes.length);
        out.writeBytes(bytes);
    }

    /// An integer with a prefix of so many bits (§5.1).
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
