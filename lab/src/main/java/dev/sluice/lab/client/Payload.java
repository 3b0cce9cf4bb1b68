package dev.sluice.lab.client;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Locale;

/// The data of an event, in characters that no transport escapes:
///
/// ```
/// # nnnnnnnnnn : ttttttttttttttttttt : xxxxxx ;      without the blanks
/// 1 10         1 19                  1 filling 1 byte
/// ```
/// `n` is the number of the event in its channel, from 0, and `t` the time of publishing in nanoseconds.
public final class Payload {
    static final byte MARK = '#';
    static final byte END = ';';
    private static final byte FILLER = 'x';
    private static final int NUMBER_DIGITS = 10;
    private static final int TIME_DIGITS = 19;
    private static final int NUMBER = 1;
    private static final int TIME = NUMBER + NUMBER_DIGITS + 1;
    private static final int FILLING = TIME + TIME_DIGITS + 1;

    private Payload() {}

    /// Returns the bytes of an event.
    public static byte[] of(int size, long number, long timeNs) {
        var bytes = new byte[size];
        Arrays.fill(bytes, FILLER);
        byte[] head =
                String.format(Locale.ROOT, "#%010d:%019d:", number, timeNs).getBytes(StandardCharsets.US_ASCII);
        System.arraycopy(head, 0, bytes, 0, head.length);
        bytes[size - 1] = END;
        return bytes;
    }

    /// Finds all whole events in these bytes.
    static void find(byte[] bytes, int from, int to, ReaderState reader, long nowNs) {
        for (int i = from; i + FILLING < to; i++) {
            if (bytes[i] != MARK || bytes[i + TIME - 1] != ':' || bytes[i + FILLING - 1] != ':') continue;
            long number = digits(bytes, i + NUMBER, NUMBER_DIGITS);
            long timeNs = digits(bytes, i + TIME, TIME_DIGITS);
            int end = i + FILLING;
            while (end < to && bytes[end] == FILLER) end++;
            if (number < 0 || timeNs < 0 || end == to || bytes[end] != END) continue;
            reader.arrived(number, timeNs, nowNs);
            i = end;
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
