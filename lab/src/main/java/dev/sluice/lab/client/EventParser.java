package dev.sluice.lab.client;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// Server-Sent Events, of one line of data each (WHATWG HTML §9.2.6): an event counts, with its id, when its empty line
/// has arrived.
final class EventParser implements StreamFormat.Parser {
    private static final byte[] DATA = "data: ".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] ID = "id: ".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] RETRY = "retry: ".getBytes(StandardCharsets.US_ASCII);

    private final ReaderState reader;
    private byte @Nullable [] data;
    private @Nullable String id;

    EventParser(ReaderState reader) {
        this.reader = reader;
    }

    @Override
    public void part(byte[] bytes, int from, int to, long nowNs) {
        if (to - from == 1) dispatch(nowNs);
        else if (begins(bytes, from, to, DATA)) data = Arrays.copyOfRange(bytes, from + DATA.length, to - 1);
        else if (begins(bytes, from, to, ID)) id = text(bytes, from + ID.length, to - 1);
        else if (begins(bytes, from, to, RETRY))
            reader.retryMs(Long.parseLong(text(bytes, from + RETRY.length, to - 1)));
    }

    private void dispatch(long nowNs) {
        if (data != null) reader.take(data, 0, data.length, nowNs);
        if (id != null) reader.cursor(id);
        data = null;
    }

    private static boolean begins(byte[] bytes, int from, int to, byte[] with) {
        return to - from > with.length && Arrays.equals(bytes, from, from + with.length, with, 0, with.length);
    }

    private static String text(byte[] bytes, int from, int to) {
        return new String(bytes, from, to - from, StandardCharsets.UTF_8);
    }
}
