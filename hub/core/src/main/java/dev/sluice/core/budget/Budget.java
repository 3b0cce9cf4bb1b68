package dev.sluice.core.budget;

import java.util.Locale;

/// Everything that takes memory in proportion to what clients request: the cost of one item, and the share of the
/// heap for all items together unless a setting overrides it. The shares add up to less than the heap, so that a
/// client that exhausts every limit does not end the process.
///
/// Costs are for a 64-bit JVM with compact headers, as the launcher starts it, and are rounded up: measured with
/// hundreds of thousands of items where a figure is given, otherwise calculated from the objects. They count
/// only the heap; native memory has its own limits.
public enum Budget {
    /// A connection's Netty channel, its handlers and its HTTP decoder: 1.2 to 1.6 kB by `bench/run memory`.
    CONNECTIONS(2_048, 8, 256, 19_000),

    /// A channel that keeps entries, with its name of up to 255 bytes, its entries in maps and name indexes,
    /// and its counts: 770 bytes with a name of 220 bytes and an event without data. [#EVENTS] or [#TAIL] counts
    /// its events.
    CHANNELS(1_024, 10, 1_000, 10_000_000),

    /// An empty channel with the mark of its last loss, with its entries in the indexes of names and of losses: 680
    /// bytes with a name of 220 bytes.
    MARKS(704, 1, 1_000, 1_000_000),

    /// An idempotency key of ordinary length, including one of an anonymous caller, whose publish is found from
    /// any address: 445 bytes with 60 characters; 380 bytes for a caller with a name. A longer key counts as
    /// more than one.
    KEYS(448, 4, 1_000, 1_000_000),

    /// A token of 300 characters whose signature was verified, with its claims, its patterns, and the grants
    /// made from them. A longer token counts as more than one.
    TOKENS(4_096, 1, 100, 10_000),

    /// Bytes of the application's remembered answers, some 1,100 in each MiB if they have few permissions.
    HOOK_ANSWERS(1, 1, 512 << 10, 32 << 20),

    /// Bytes of the cached heads of requests, in equal parts for each listener on each event loop.
    HEADS(1, 1, 512 << 10, 64 << 20),

    /// A subscriber with its read position and its entry in a session: 700 bytes with one name.
    SUBSCRIPTIONS(768, 6, 1_000, 1_000_000),

    /// A name or wildcard in a selection, up to 255 bytes, with its entry in the event loop's index.
    PATTERNS(512, 4, 1_000, 1_000_000),

    /// A member of a channel: 300 bytes plus its name of up to 255 bytes.
    MEMBERS(512, 2, 1_000, 200_000),

    /// The lease of a channel, with the names of both channels of up to 255 bytes and its timer; the channel of its
    /// record counts as one of [#CHANNELS], too.
    LEASES(1_024, 1, 100, 50_000),

    /// A client in the tables of rate limits: 400 bytes with a name of 255 bytes in the largest table.
    CLIENTS(1_024, 2, 1_000, 100_000),

    /// Bytes of the newest events of a log on disk, kept in memory too.
    TAIL(1, 6, 1 << 20, 64 << 20),

    /// Bytes of all events of a log in memory.
    EVENTS(1, 8, 1 << 20, 512 << 20),

    /// Bytes of publishes in flight, not yet in the log. At least one atomic batch of the default size must fit.
    IN_FLIGHT(1, 6, 8 << 20, 64 << 20),

    /// Bytes of answers not yet received by their clients. Each answer may use a quarter.
    ANSWERS(1, 4, 2 << 20, 64 << 20),

    /// Bytes that programs on the hub keep for the clients of their own protocols, in equal parts for all that
    /// reserve one. Below 96 MiB of heap, they take a part of what the hub itself has.
    PROTOCOLS(1, 5, 1 << 20, 512 << 20);

    /// The heap for the hub itself, without any client, and for the garbage collector to work.
    private static final long BASE_BYTES = 24 << 20;

    /// The unit of shares: the heap is divided into this many parts.
    private static final int PARTS = 64;

    private static final long HEAP_BYTES = Runtime.getRuntime().maxMemory();

    private final int itemBytes;
    private final int parts;
    private final long min;
    private final long max;

    /// @param parts the share of the heap, in units of 1/[#PARTS]
    /// @param min   the lowest useful limit, however small the heap is
    /// @param max   the highest default; only the operator can set a higher limit
    Budget(int itemBytes, int parts, long min, long max) {
        this.itemBytes = itemBytes;
        this.parts = parts;
        this.min = min;
        this.max = max;
    }

    /// Bytes of heap that one item takes; 1 if the budget counts bytes.
    public int itemBytes() {
        return itemBytes;
    }

    /// The number of items for the heap of this process.
    public long limit() {
        return limit(HEAP_BYTES);
    }

    /// [#limit] as an `int`, for budgets that count items.
    public int count() {
        return Math.toIntExact(limit());
    }

    /// The number of items for a heap of this size, rounded down to a readable number.
    public long limit(long heapBytes) {
        long items = availableBytes(heapBytes) * parts / PARTS / itemBytes;
        long unit = itemBytes == 1 ? 1 << 20 : 100;
        return Math.clamp(items - items % unit, min, max);
    }

    /// The maximum heap size of this process.
    public static long heapBytes() {
        return HEAP_BYTES;
    }

    /// The bytes of a heap that are available for all budgets together.
    public static long availableBytes(long heapBytes) {
        return heapBytes - Math.min(BASE_BYTES, heapBytes / 2);
    }

    /// The default limit for documentation, independent of a heap size.
    public String share() {
        String most = itemBytes == 1 ? (max >> 20) + " MiB" : String.format(Locale.ROOT, "%,d", max);
        String part = parts % 2 == 0 ? parts / 2 + "/" + PARTS / 2 : parts + "/" + PARTS;
        return part + " of the heap, at most " + most;
    }
}
