package dev.sluice.server.transport;

import java.util.concurrent.atomic.AtomicInteger;

/// Assigns the numbers by which `core` distinguishes encodings of an event: readers with the same number share
/// the encoded bytes. Each wire takes its numbers when its class is loaded. They are valid within this process
/// and never stored. May be called from any thread.
public final class FormatId {
    private static final AtomicInteger NEXT = new AtomicInteger();

    private FormatId() {}

    /// Allots consecutive numbers.
    ///
    /// @param count the number of encodings, such as each envelope in each framing
    /// @return the first of them
    public static int allot(int count) {
        return NEXT.getAndAdd(count);
    }
}
