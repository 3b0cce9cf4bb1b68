package dev.sluice.server.http.h1;

import dev.sluice.server.http.exchange.PreparedRequest;
import dev.sluice.server.http.head.RequestHead;
import io.netty.buffer.ByteBuf;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import org.jspecify.annotations.Nullable;

/// The heads of requests that an event loop received before, with what [follows from them][PreparedRequest]: a backend
/// sends the same bytes with each publish to a channel, a client with each poll. To find a head here costs a fraction
/// of parsing it, and leaves no garbage. A head that is found was read by [RequestDecoder] from the very same bytes, so
/// a request means the same whether its head is found or not.
///
/// Holds at most [#ENTRIES] heads of at most [#BYTES_MAX] bytes. A head is kept when it comes for the second time, so
/// that those which differ with each request, as by an `Idempotency-Key`, take the place of no other. For the
/// connections of one listener on one event loop.
final class HeadCache {
    /// Shorter ones are none: `GET / HTTP/1.1`.
    private static final int BYTES_MIN = 16;

    /// Longer heads are those of browsers, which publish rarely.
    private static final int BYTES_MAX = 512;

    /// Enough for backends that publish to thousands of channels. With the objects that heads become, some eight
    /// megabytes for each event loop of a listener if all are taken. A power of two.
    private static final int ENTRIES = 4096;

    /// Heads that have the same place in the table.
    private static final int WAYS = 4;

    /// `\r\n\r\n`, the end of a head (RFC 9112 §2.1).
    private static final int END = '\r' << 24 | '\n' << 16 | '\r' << 8 | '\n';

    private static final long FACTOR = 0x9E3779B97F4A7C15L; // Spreads what differs in few bits (Knuth, TAOCP 6.4).

    private static final VarHandle LONG = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

    /// The hashes of the heads that came last, kept or not.
    private final long[] seen = new long[ENTRIES];

    /// The hashes of the cached heads; 0 for an empty slot. They are adjacent in memory, so that the bytes of at
    /// most one head are compared: if each publish goes to a different channel, those bytes are in no cache of
    /// the processor.
    private final long[] hashes = new long[ENTRIES];

    /// The bytes from which each was read.
    private final byte[] @Nullable [] bytes = new byte[ENTRIES][];

    private final @Nullable PreparedRequest[] requests = new @Nullable PreparedRequest[ENTRIES];
    private int replaced; // The way that was replaced last.

    /// The length of the head at the reader's index; 0: it is not complete, or too long to be kept.
    static int length(ByteBuf in) {
        int start = in.readerIndex();
        int last = start + Math.min(in.readableBytes(), BYTES_MAX) - 4;
        for (int at = start; at <= last; at++) {
            at = in.indexOf(at, last + 1, (byte) '\r');
            if (at < 0) return 0;
            if (in.getInt(at) != END) continue;
            int length = at + 4 - start;
            return length < BYTES_MIN ? 0 : length;
        }
        return 0;
    }

    /// A number that differs for most heads.
    static long hash(ByteBuf in, int length) {
        int start = in.readerIndex();
        long hash = length;
        int at = start;
        for (; at <= start + length - 8; at += 8) hash = mixed(hash, in.getLongLE(at));
        // The last bytes are those of the end, which all heads have.
        return mixed(hash, in.getLongLE(start + length - 8));
    }

    private static long mixed(long hash, long bytes) {
        long mixed = (hash ^ bytes) * FACTOR;
        return mixed ^ mixed >>> 29;
    }

    /// Finds the request whose head is the next bytes; null if it is not kept.
    @Nullable
    PreparedRequest find(ByteBuf in, int length, long hash) {
        int first = first(hash);
        for (int way = first; way < first + WAYS; way++) {
            if (hashes[way] == hash && isAt(bytes[way], in, length)) return requests[way];
        }
        return null;
    }

    /// Returns true if the next bytes are those of a head.
    private static boolean isAt(byte @Nullable [] head, ByteBuf in, int length) {
        if (head == null || head.length != length) return false;
        int start = in.readerIndex();
        for (int at = 0; at <= length - 8; at += 8) {
            if ((long) LONG.get(head, at) != in.getLongLE(start + at)) return false;
        }
        // There are more than eight; these overlap those before.
        return (long) LONG.get(head, length - 8) == in.getLongLE(start + length - 8);
    }

    /// Returns true if this hash was seen before, so that a head that was not found should be [kept][#keep].
    boolean isWanted(long hash) {
        int first = first(hash);
        for (int way = first; way < first + WAYS; way++) if (seen[way] == hash) return true;
        System.arraycopy(seen, first, seen, first + 1, WAYS - 1);
        seen[first] = hash;
        return false;
    }

    /// Keeps a head that was not found.
    ///
    /// @param read the bytes that the head was read from
    PreparedRequest keep(byte[] read, long hash, RequestHead head) {
        int first = first(hash);
        int way = first;
        while (way < first + WAYS && requests[way] != null) way++;
        if (way == first + WAYS) {
            replaced = (replaced + 1) % WAYS;
            way = first + replaced;
        }
        PreparedRequest kept = new PreparedRequest(head, way, -1, null, null);
        hashes[way] = hash;
        bytes[way] = read;
        requests[way] = kept;
        return kept;
    }

    /// Keeps what is known now about a head, if it is still kept.
    void replace(PreparedRequest now) {
        PreparedRequest kept = now.place() < 0 ? null : requests[now.place()];
        if (kept != null && kept.head() == now.head()) requests[now.place()] = now;
    }

    /// The first of the ways of a head.
    private static int first(long hash) {
        return (int) (hash >>> 32) & (ENTRIES - 1) & -WAYS;
    }
}
