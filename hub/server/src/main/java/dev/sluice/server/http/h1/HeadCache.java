package dev.sluice.server.http.h1;

import dev.sluice.server.http.exchange.PreparedRequest;
import dev.sluice.server.http.head.RequestHead;
import io.netty.buffer.ByteBuf;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import org.jspecify.annotations.Nullable;

/// Caches the heads of requests that an event loop received, with the [values derived from
/// them][PreparedRequest]: a backend sends the same bytes with each publish to a channel, a client with each
/// poll. A lookup costs a fraction of parsing, and leaves no garbage. [RequestDecoder] parsed a cached head from
/// exactly the same bytes, so a request means the same whether its head is cached or not.
///
/// Holds at most [#ENTRIES_MAX] heads of at most [#BYTES_MAX] bytes, and no more than a part of the heap: a
/// client chooses into how many objects its head is parsed. A head is cached when it arrives for the second time, so
/// that heads that differ with each request, for example by an `Idempotency-Key`, displace no others. Serves the
/// connections of one listener on one event loop.
final class HeadCache {
    /// No head is shorter: `GET / HTTP/1.1` with its line ends has 18 bytes.
    private static final int BYTES_MIN = 16;

    /// Longer heads come from browsers, which publish rarely.
    private static final int BYTES_MAX = 512;

    /// Enough for backends that publish to thousands of channels. A power of two.
    private static final int ENTRIES_MAX = 4096;

    // The heap that a cached head takes at most, calculated from its objects.
    private static final int HEAD_HEAP = 1024;
    private static final int PARAMETER_HEAP = 168; // Without its characters.
    private static final int HEADER_HEAP = 144; // Likewise.
    private static final int BYTE_HEAP = 4; // In the bytes of the head and in strings.
    private static final int PATH_BYTE_HEAP = 6; // In further strings, some with two bytes for a character.

    /// The number of slots in which a head may be stored.
    private static final int WAYS = 4;

    /// `\r\n\r\n`, the end of a head (RFC 9112 §2.1).
    private static final int END = '\r' << 24 | '\n' << 16 | '\r' << 8 | '\n';

    // Spreads values that differ in few bits (Knuth, TAOCP 6.4).
    private static final long FACTOR = 0x9E3779B97F4A7C15L;

    private static final VarHandle LONG = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

    /// The number of slots, a power of two.
    private final int entries;

    /// The hashes of the heads that arrived last, cached or not.
    private final long[] seen;

    /// The hashes of the cached heads; 0 for an empty slot. They are adjacent in memory, so that the bytes of at
    /// most one head are compared: if each publish goes to a different channel, those bytes are in no cache of
    /// the processor.
    private final long[] hashes;

    /// The bytes from which each cached head was parsed.
    private final byte[] @Nullable [] bytes;

    private final @Nullable PreparedRequest[] requests;

    /// The heap that each cached head takes.
    private final int[] heaps;

    private final int heapMax;
    private int replaced; // The slot replaced last, relative to the first slot of its head.
    private int heap; // The sum of `heaps`.
    private int dropped; // The slot emptied last to make room.

    /// @param heapMax the bytes of heap for cached heads
    HeadCache(int heapMax) {
        this.heapMax = heapMax;
        // More than there is heap for, so that few heads have the same slots. If still more heads recur, `seen`
        // has forgotten each when it recurs, so that they do not displace each other.
        this.entries = Math.clamp(2L * Integer.highestOneBit(heapMax / HEAD_HEAP), WAYS, ENTRIES_MAX);
        this.seen = new long[entries];
        this.hashes = new long[entries];
        this.bytes = new byte[entries][];
        this.requests = new @Nullable PreparedRequest[entries];
        this.heaps = new int[entries];
    }

    /// The length of the head at the reader's index; 0 if it is incomplete, or too short or too long to be
    /// cached.
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

    /// Returns the hash of the head in the next bytes.
    static long hash(ByteBuf in, int length) {
        int start = in.readerIndex();
        long hash = length;
        int at = start;
        for (; at <= start + length - 8; at += 8) hash = mixed(hash, in.getLongLE(at));
        // The last eight bytes, which overlap the previous ones unless the length is a multiple of eight.
        return mixed(hash, in.getLongLE(start + length - 8));
    }

    private static long mixed(long hash, long bytes) {
        long mixed = (hash ^ bytes) * FACTOR;
        return mixed ^ mixed >>> 29;
    }

    /// Finds the cached request whose head equals the next bytes; null if it is not cached.
    @Nullable
    PreparedRequest find(ByteBuf in, int length, long hash) {
        int first = first(hash);
        for (int way = first; way < first + WAYS; way++) {
            if (hashes[way] == hash && isAt(bytes[way], in, length)) return requests[way];
        }
        return null;
    }

    /// Returns true if the next bytes equal this head.
    private static boolean isAt(byte @Nullable [] head, ByteBuf in, int length) {
        if (head == null || head.length != length) return false;
        int start = in.readerIndex();
        for (int at = 0; at <= length - 8; at += 8) {
            if ((long) LONG.get(head, at) != in.getLongLE(start + at)) return false;
        }
        // A head has more than eight bytes; the last eight overlap the previous ones.
        return (long) LONG.get(head, length - 8) == in.getLongLE(start + length - 8);
    }

    /// Returns true if this hash was seen before, so that the head should be [cached][#keep].
    boolean isWanted(long hash) {
        int first = first(hash);
        for (int way = first; way < first + WAYS; way++) if (seen[way] == hash) return true;
        System.arraycopy(seen, first, seen, first + 1, WAYS - 1);
        seen[first] = hash;
        return false;
    }

    /// Caches a head that was not found, unless it takes more heap than there is for all.
    ///
    /// @param read the bytes from which the head was parsed
    PreparedRequest keep(byte[] read, long hash, RequestHead head) {
        int more = heap(read, head);
        if (more > heapMax) return PreparedRequest.of(head);
        int first = first(hash);
        int way = first;
        while (way < first + WAYS && requests[way] != null) way++;
        if (way == first + WAYS) {
            replaced = (replaced + 1) % WAYS;
            way = first + replaced;
            drop(way);
        }
        while (heap + more > heapMax) {
            dropped = (dropped + 1) % entries;
            drop(dropped);
        }
        heap += more;
        heaps[way] = more;
        PreparedRequest kept = new PreparedRequest(head, way, -1, null, null);
        hashes[way] = hash;
        bytes[way] = read;
        requests[way] = kept;
        return kept;
    }

    private static int heap(byte[] read, RequestHead head) {
        return HEAD_HEAP
                + PARAMETER_HEAP * head.parameters().size()
                + HEADER_HEAP * head.headers().size()
                + BYTE_HEAP * read.length
                + PATH_BYTE_HEAP * head.path().raw().length();
    }

    private void drop(int way) {
        heap -= heaps[way];
        heaps[way] = 0;
        hashes[way] = 0;
        bytes[way] = null;
        requests[way] = null;
    }

    /// Replaces a cached request with an updated copy, if its head is still cached.
    void replace(PreparedRequest now) {
        PreparedRequest kept = now.place() < 0 ? null : requests[now.place()];
        if (kept != null && kept.head() == now.head()) requests[now.place()] = now;
    }

    /// The index of the first slot for a hash.
    private int first(long hash) {
        return (int) (hash >>> 32) & (entries - 1) & -WAYS;
    }
}
