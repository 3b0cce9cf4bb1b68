package dev.sluice;

import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.Function;
import java.util.function.LongSupplier;
import java.util.function.ToIntFunction;

/// Encodes events for the clients of a protocol: each event once for all of them, while it is among the newest.
/// Safe for use by any thread.
///
/// @param <T> what an event is encoded as; immutable
public final class EventEncoder<T> {
    private static final int SLOTS = 128; // More than the events between the first reader of many and the last one.

    /// Of memory, beside the encoded bytes.
    private static final int SLOT_BYTES = 256;

    private record Slot<T>(String id, T encoded) {}

    private final Function<Event, T> encode;
    private final ToIntFunction<T> bytes;
    private final LongSupplier bytesMax;
    private final AtomicReferenceArray<Slot<T>> slots = new AtomicReferenceArray<>(SLOTS);

    /// @param encode   depends on nothing but the event
    /// @param bytes    how much memory a result takes
    /// @param bytesMax how much memory all results may take that are kept; larger ones are encoded again for each
    ///     client
    public EventEncoder(Function<Event, T> encode, ToIntFunction<T> bytes, LongSupplier bytesMax) {
        this.encode = encode;
        this.bytes = bytes;
        this.bytesMax = bytesMax;
    }

    /// Returns the encoded event.
    public T encoded(Event event) {
        if (event.isRemoved()) return encode.apply(event); // Its data was perhaps encoded before.
        String id = event.id();
        int index = Math.floorMod(id.hashCode(), SLOTS);
        Slot<T> slot = slots.get(index);
        if (slot != null && slot.id.equals(id)) return slot.encoded;
        T encoded = encode.apply(event);
        boolean fits = bytes.applyAsInt(encoded) + SLOT_BYTES <= bytesMax.getAsLong() / SLOTS;
        if (fits) slots.set(index, new Slot<>(id, encoded));
        return encoded;
    }
}
