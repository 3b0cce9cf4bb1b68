package dev.sluice.load;

import java.nio.ByteBuffer;
import java.util.Arrays;

/// What an event carries, in characters that no transport changes, so that it is found in any of them:
///
/// ```
/// |||||||| lllllll ssssssss tttttttt .......... ;      without the blanks
/// 8        8       8        8        filling    1 byte
/// ```
/// `l` is the lane (who published, to which channel: [Lanes]), `s` counts the events of the lane from 0, `t` is when it
/// was to be sent, in microseconds since the load began. Each is 32 bits, a letter from A to P for four of them.
/// The mark does not come after another character of its kind by accident: what counts is where it ends.
final class Payload {
    static final byte MARK = '|';
    static final int MARKS = 8;
    static final byte END = ';';

    /// Behind the mark.
    static final int FIELDS_BYTES = 24;

    static final int BYTES_MIN = MARKS + FIELDS_BYTES + 1;

    private static final long LETTERS = 0x4141_4141_4141_4141L;
    private static final long NIBBLES = 0x0F0F_0F0F_0F0F_0F0FL;

    private Payload() {}

    /// One of so many bytes, its fields still to be written.
    static byte[] blank(int size) {
        var bytes = new byte[size];
        Arrays.fill(bytes, (byte) '.');
        Arrays.fill(bytes, 0, MARKS, MARK);
        bytes[size - 1] = END;
        return bytes;
    }

    /// Writes the fields of a payload that begins there.
    static void stamp(ByteBuffer buffer, int at, int lane, int sequence, int dueUs) {
        buffer.putLong(at + MARKS, letters(lane));
        buffer.putLong(at + MARKS + 8, letters(sequence));
        buffer.putLong(at + MARKS + 16, letters(dueUs));
    }

    /// A field; nonsense if the letters are others.
    static int field(ByteBuffer buffer, int at) {
        return (int) Long.compress(buffer.getLong(at) - LETTERS, NIBBLES); // One instruction on most machines.
    }

    private static long letters(int field) {
        return Long.expand(field & 0xFFFF_FFFFL, NIBBLES) + LETTERS;
    }
}
