package dev.sluice.wire;

import java.nio.ByteBuffer;
import java.util.Arrays;

/// The data of an event for measurements, in characters that no transport escapes, so that it can be found in all of
/// them:
///
/// ```
/// |||||||| lllllll ssssssss tttttttt .......... ;      without the blanks
/// 8        8       8        8        filling    1 byte
/// ```
/// `l` is the lane, whose events are numbered together, `s` the number of the event within its lane, from 0, and `t`
/// the time of sending in microseconds of any clock, modulo 2³². Each field has 32 bits, written as letters from A
/// to P with four bits each. The fields begin after the last `|`, because other characters of the stream may be `|`
/// too.
public final class Payload {
    static final byte MARK = '|';
    static final int MARKS = 8;
    static final byte FILLER = '.';
    static final byte END = ';';

    /// Bytes of the three fields after the mark.
    static final int FIELDS_BYTES = 24;

    public static final int BYTES_MIN = MARKS + FIELDS_BYTES + 1;

    private static final long LETTERS = 0x4141_4141_4141_4141L;
    private static final long NIBBLES = 0x0F0F_0F0F_0F0F_0F0FL;

    private Payload() {}

    /// Returns a payload of this size.
    public static byte[] of(int size, int lane, int sequence, int timeUs) {
        byte[] bytes = blank(size);
        stamp(ByteBuffer.wrap(bytes), 0, lane, sequence, timeUs);
        return bytes;
    }

    /// Returns a payload of this size without its fields.
    public static byte[] blank(int size) {
        var bytes = new byte[size];
        Arrays.fill(bytes, FILLER);
        Arrays.fill(bytes, 0, MARKS, MARK);
        bytes[size - 1] = END;
        return bytes;
    }

    /// Writes the fields of the payload that begins at `start`.
    public static void stamp(ByteBuffer buffer, int start, int lane, int sequence, int timeUs) {
        buffer.putLong(start + MARKS, letters(lane));
        buffer.putLong(start + MARKS + 8, letters(sequence));
        buffer.putLong(start + MARKS + 16, letters(timeUs));
    }

    /// Reads a field; the result is undefined if it contains other letters.
    static int field(ByteBuffer buffer, int start) {
        return (int) Long.compress(buffer.getLong(start) - LETTERS, NIBBLES); // One instruction on most machines.
    }

    private static long letters(int field) {
        return Long.expand(field & 0xFFFF_FFFFL, NIBBLES) + LETTERS;
    }
}
