package dev.sluice.server.tls;

import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Arrays;
import java.util.Locale;
import java.util.regex.Pattern;

/// The values of ASN.1 that certificates have, in their distinguished encoding (X.690): a tag, a length, the content.
final class Der {
    private static final int INTEGER = 0x02;
    private static final int BIT_STRING = 0x03;
    private static final int OCTET_STRING = 0x04;
    private static final int OBJECT_IDENTIFIER = 0x06;
    private static final int UTF8_STRING = 0x0c;
    private static final int UTC_TIME = 0x17;
    private static final int GENERALIZED_TIME = 0x18;
    private static final int SEQUENCE = 0x30;
    private static final int SET = 0x31;
    private static final int CONTEXT = 0x80;
    private static final int CONSTRUCTED = 0x20;

    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("yyyyMMddHHmmss'Z'", Locale.ROOT);
    private static final int CENTURY_DIGITS = 2;

    static final byte[] TRUE = {0x01, 0x01, (byte) 0xff};

    private Der() {}

    static byte[] sequence(byte[]... items) {
        return value(SEQUENCE, joined(items));
    }

    static byte[] set(byte[]... items) {
        return value(SET, joined(items));
    }

    static byte[] integer(BigInteger number) {
        return value(INTEGER, number.toByteArray());
    }

    /// @param unused bits at the end of the last byte
    static byte[] bits(int unused, byte... bytes) {
        return value(BIT_STRING, joined(new byte[] {(byte) unused}, bytes));
    }

    static byte[] octets(byte... bytes) {
        return value(OCTET_STRING, bytes);
    }

    static byte[] text(String text) {
        return value(UTF8_STRING, text.getBytes(StandardCharsets.UTF_8));
    }

    /// With two digits of the year before 2050 (RFC 5280 §4.1.2.5).
    static byte[] time(Instant at) {
        OffsetDateTime date = at.atOffset(ZoneOffset.UTC);
        byte[] text = TIME.format(date).getBytes(StandardCharsets.US_ASCII);
        if (date.getYear() >= 2050) return value(GENERALIZED_TIME, text);
        return value(UTC_TIME, Arrays.copyOfRange(text, CENTURY_DIGITS, text.length));
    }

    /// An object identifier, such as `2.5.4.3`.
    static byte[] oid(String dotted) {
        int[] arcs = Pattern.compile("\\.")
                .splitAsStream(dotted)
                .mapToInt(Integer::parseInt)
                .toArray();
        ByteBuffer content = ByteBuffer.allocate(5 * arcs.length);
        content.put((byte) (40 * arcs[0] + arcs[1]));
        for (int i = 2; i < arcs.length; i++) {
            for (int shift = 28; shift > 0; shift -= 7) {
                if (arcs[i] >>> shift != 0) content.put((byte) (0x80 | ((arcs[i] >>> shift) & 0x7f)));
            }
            content.put((byte) (arcs[i] & 0x7f));
        }
        return value(OBJECT_IDENTIFIER, Arrays.copyOf(content.array(), content.position()));
    }

    /// A value with a tag of its context instead of that of its type.
    static byte[] implicit(int number, byte... content) {
        return value(CONTEXT | number, content);
    }

    /// A value, or the items of a sequence, inside a tag of its context.
    static byte[] explicit(int number, byte[]... items) {
        return value(CONTEXT | CONSTRUCTED | number, joined(items));
    }

    private static byte[] value(int tag, byte[] content) {
        int length = content.length;
        byte[] head;
        if (length < 0x80) head = new byte[] {(byte) tag, (byte) length};
        else if (length < 0x100) head = new byte[] {(byte) tag, (byte) 0x81, (byte) length};
        else head = new byte[] {(byte) tag, (byte) 0x82, (byte) (length >> 8), (byte) length};
        return joined(head, content);
    }

    private static byte[] joined(byte[]... parts) {
        int length = 0;
        for (byte[] each : parts) length += each.length;
        ByteBuffer all = ByteBuffer.allocate(length);
        for (byte[] each : parts) all.put(each);
        return all.array();
    }
}
