package dev.sluice.lab.client;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/// The data of an event, in characters that no transport escapes:
///
/// ```
/// # nnnnnnnnnn : ttttttttttttttttttt : xxxxxx ;      without the blanks
/// 1 10         1 19                  1 filling 1 byte
/// ```
/// `n` is the number of the event in its channel, from 0, and `t` the time of publishing ([System#nanoTime]).
public final class Payload {
    static final byte MARK = '#';
    static final byte END = ';';
    private static final int NUMBER_DIGITS = 10;
    private static final int TIME_DIGITS = 19;
    private static final int NUMBER = 1;
    private static final int TIME = NUMBER + NUMBER_DIGITS + 1;
    private static final int FILLING = TIME + TIME_DIGITS + 1;

    private Payload() {}

    /// Returns the bytes of an event.
    public static byte[] of(int size, long number, long timeNs) {
        var bytes = new byte[size];
        Arrays.fill(bytes, (byte) 'x');
        byte[] head = "#%010d:%019d:".formatted(number, timeNs).getBytes(StandardCharsets.US_ASCII);
        System.arraycopy(head, 0, bytes, 0, head.length);
        bytes[size - 1] = END;
        return bytes;
    }

    /// Finds all whole events in these bytes.
    static void find(byte[] bytes, int from, int to, int size, Reader reader, long nowNs) {
        for (int i = from; i + size <= to; i++) {
            if (bytes[i] != MARK || bytes[i + TIME - 1] != ':' || bytes[i + FILLING - 1] != ':') continue;
            long number = digits(bytes, i + NUMBER, NUMBER_DIGITS);
            long timeNs = digits(bytes, i + TIME, TIME_DIGITS);
            if (number < 0 || timeNs < 0 || bytes[i + size - 1] != END) continue;
            reader.arrived(number, timeNs, nowNs);
            i += size - 1;
        }
    }

    /// Returns -1 if there is anything but digits.
    private static long digits(byte[] bytes, int from, int count) {
        long value = 0;
        for (int i = from; i < from + count; i++) {
            int digit = bytes[i] - '0';
            if (digit < 0 || digit > 9) return -1;
            value = value * 10 + digit;
        }
        return value;
    }
}
