package dev.sluice.core.budget;

/// What may take memory in proportion to what clients ask for: what one item costs, and which part of the heap all
/// items together may have unless a setting says otherwise. The parts add up to less than the heap, so that one client
/// that takes the whole of every limit does not end the process.
///
/// Costs are those of a 64-bit JVM with compact headers, as the launcher starts it, rounded up: seen in floods of
/// hundreds of thousands of items where a figure stands beside it, else reckoned from the objects. Heap only: native
/// memory has limits of its own.
public enum Budget {
    /// A connection's Netty channel, its handlers and its HTTP decoder: 1.2 to 1.6 kB by `bench/run memory`.
    CONNECTIONS(2_048, 4, 256, 19_000),

    /// A channel that keeps something, with its name of up to 255 bytes, its places in the maps and in the indexes of
    /// names, and its counts: 770 bytes with a name of 220 and an event without data. The events in it are
    /// counted by [#EVENTS] or [#TAIL].
    CHANNELS(1_024, 5, 1_000, 10_000_000),

    /// A channel of which nothing is left but the mark of what it lost, with its places in the indexes of names and of
    /// losses: 640 bytes with a name of 220.
    MARKS(704, 1, 1_000, 1_000_000),

    /// An idempotency key of ordinary length: 300 bytes with 60 characters. A longer key counts for more.
    KEYS(320, 2, 1_000, 1_000_000),

    /// A subscriber with its reading and its place in a session: 700 bytes with one name.
    SUBSCRIPTIONS(768, 3, 1_000, 1_000_000),

    /// A name or wildcard within a selection, up to 255 bytes, with its place among the readers of its event loop.
    PATTERNS(512, 2, 1_000, 1_000_000),

    /// A member of a channel: 300 bytes, and its name of up to 255 bytes.
    MEMBERS(512, 1, 1_000, 200_000),

    /// Bytes of the newest events, in memory besides on disk.
    TAIL(1, 3, 1 << 20, 64 << 20),

    /// Bytes of all events of a log in memory.
    EVENTS(1, 5, 1 << 20, 512 << 20),

    /// Bytes of publishes that are not in the log yet. At least one atomic batch of the default size must fit.
    IN_FLIGHT(1, 3, 8 << 20, 64 << 20),

    /// Bytes of what polls have found and their clients have not taken. Each answer may have a quarter.
    ANSWERS(1, 2, 2 << 20, 64 << 20);

    /// What the hub itself needs of the heap, without any client, and what the collector needs to work.
    private static final long BASE_BYTES = 24 << 20;

    /// How finely the heap is divided.
    private static final int PARTS = 32;

    private static final long HEAP_BYTES = Runtime.getRuntime().maxMemory();

    private final int itemBytes;
    private final int parts;
    private final long min;
    private final long max;

    /// @param min that is useful at all, however small the heap is
    /// @param max beyond which more needs an operator who wants it
    Budget(int itemBytes, int parts, long min, long max) {
        this.itemBytes = itemBytes;
        this.parts = parts;
        this.min = min;
        this.max = max;
    }

    /// What one item takes of the heap; 1 where bytes are counted.
    public int itemBytes() {
        return itemBytes;
    }

    /// How many items this process has room for.
    public long limit() {
        return limit(HEAP_BYTES);
    }

    /// [#limit] where items are counted by an `int`, as the maximum of each count allows.
    public int count() {
        return Math.toIntExact(limit());
    }

    /// How many items a heap has room for, rounded down to a number that can be read at a glance.
    public long limit(long heapBytes) {
        long items = room(heapBytes) * parts / PARTS / itemBytes;
        long unit = itemBytes == 1 ? 1 << 20 : 100;
        return Math.clamp(items - items % unit, min, max);
    }

    /// The heap's size in this process.
    public static long heapBytes() {
        return HEAP_BYTES;
    }

    /// What a heap has for all budgets together.
    public static long room(long heapBytes) {
        return heapBytes - Math.min(BASE_BYTES, heapBytes / 2);
    }

    /// The default for a reader who has no particular heap before them.
    public String share() {
        String most = itemBytes == 1 ? (max >> 20) + " MiB" : "%,d".formatted(max);
        return parts + "/" + PARTS + " of the heap, at most " + most;
    }
}
