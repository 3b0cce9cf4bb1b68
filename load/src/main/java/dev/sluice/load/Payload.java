package dev.sluice.load;

import java.nio.ByteBuffer;
import java.util.Arrays;

/// The data of an event, in characters that no transport escapes, so that it can be found in all of them:
///
/// ```
/// |||||||| lllllll ssssssss tttttttt .......... ;      without the blanks
/// 8        8       8        8        filling    1 byte
/// ```
/// `l` is the lane ([PublisherChannels]), `s` the number of the event within its lane, from 0, and `t` the
/// scheduled sending time in microseconds since the load began. Each field has 32 bits, written as letters
/// from A to P with four bits each. The fields begin after the last `|`, because other characters of the
/// stream may be `|` too.
final class Payload {
    static final byte MARK = '|';
    static final int MARKS = 8;
    static final byte END = ';';

    /// Bytes of the three fields after the mark.
    static final int FIELDS_BYTES = 24;

    static final int BYTES_MIN = MARKS + FIELDS_BYTES + 1;

    private static final long LETTERS = 0x4141_4141_4141_4141L;
    private static final long NIBBLES = 0x0F0F_0F0F_0F0F_0F0FL;

    private Payload() {}

    /// Returns a payload of this size without its fields.
    static byte[] blank(int size) {
        var bytes = new byte[size];
        Arrays.fill(bytes, (byte) '.');
        Arrays.fill(bytes, 0, MARKS, MARK);
        bytes[size - 1] = END;
        return bytes;
    }

    /// Writes the fields of the payload that begins at `start`.
    static void stamp(ByteBuffer buffer, int start, int lane, int sequence, int dueUs) {
        buffer.putLong(start + MARKS, letters(lane));
        buffer.putLong(start + MARKS + 8, letters(sequence));
        buffer.putLong(start + MARKS + 16, letters(dueUs));
    }

    /// Reads a field; the result is undefined if it contains other letters.
    static int field(ByteBuffer buffer, int start) {
        return (int) Long.compress(buffer.getLong(start) - LETTERS, NIBBLES); // One instruction on most machines.
    }

    private static long letters(int field) {
        return Long.expand(field & 0xFFFF_FFFFL, NIBBLES) + LETTERS;
    }
}
