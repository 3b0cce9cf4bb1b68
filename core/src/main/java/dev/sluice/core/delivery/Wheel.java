package dev.sluice.core.delivery;

import java.util.ArrayList;
import java.util.List;

/// Timers of one event loop: many, coarse, rarely called off. A timer costs one place in a list.
final class Wheel {
    /// Asked when its time has come.
    @FunctionalInterface
    interface Timed {
        /// @return when to be asked again, in milliseconds since 1970; anything not later than `nowMs`: never
        long due(long nowMs);
    }

    static final long NEVER = 0;
    private static final int SLOTS = 256;
    private final long slotMs;
    private final List<List<Entry>> slots = new ArrayList<>(SLOTS);
    private long lookedAt;

    private record Entry(long atMs, Timed timed) {}

    Wheel(long slotMs, long nowMs) {
        this.slotMs = slotMs;
        this.lookedAt = nowMs / slotMs;
        for (int i = 0; i < SLOTS; i++) slots.add(new ArrayList<>(0));
    }

    void at(long atMs, Timed timed) {
        // Never into the slot being looked at, or one already passed: it would wait for a whole turn of the wheel.
        long slot = Math.max(atMs / slotMs, lookedAt + 1);
        slots.get((int) (slot % SLOTS)).add(new Entry(atMs, timed));
    }

    /// Asks everybody whose time has come. A clock that jumps back delays timers, one that jumps ahead calls all.
    void advance(long nowMs) {
        long now = nowMs / slotMs;
        long from = Math.max(lookedAt + 1, now - SLOTS + 1);
        lookedAt = Math.max(lookedAt, now);
        for (long slot = from; slot <= now; slot++) look((int) (slot % SLOTS), nowMs);
    }

    private void look(int slot, long nowMs) {
        List<Entry> entries = slots.get(slot);
        if (entries.isEmpty()) return;
        slots.set(slot, new ArrayList<>(0));
        for (Entry entry : entries) {
            if (entry.atMs / slotMs > nowMs / slotMs) { // Of a later turn of the wheel.
                slots.get(slot).add(entry);
                continue;
            }
            long next = entry.timed.due(nowMs);
            if (next > nowMs) at(next, entry.timed);
        }
    }
}
