package dev.sluice.core.delivery;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Timers of one event loop: many, coarse, never early. A timer costs one place in a list.
final class Wheel {
    /// Asked when its time has come.
    @FunctionalInterface
    interface Timed {
        /// @return when to be asked again, on the wheel's clock; anything not later than `nowMs`: never
        long due(long nowMs);
    }

    static final long NEVER = 0;
    private static final long OFF = Long.MIN_VALUE;
    private static final int SLOTS = 256;
    private final long slotMs;
    private final List<List<Timer>> slots = new ArrayList<>(SLOTS);
    private long lookedAt;

    /// What has its time on a wheel. One that was called off is let go of in its time.
    abstract static class Timer {
        private long atMs;

        Timer(long atMs) {
            this.atMs = atMs;
        }

        /// @return as [Timed#due]
        abstract long due(long nowMs);

        void cancel() {
            atMs = OFF;
        }
    }

    /// A timer for something that need not be small.
    private static final class Asked extends Timer {
        private @Nullable Timed timed;

        Asked(long atMs, Timed timed) {
            super(atMs);
            this.timed = timed;
        }

        @Override
        long due(long nowMs) {
            return timed == null ? NEVER : timed.due(nowMs);
        }

        @Override
        void cancel() {
            super.cancel();
            timed = null; // At once: it may hold much.
        }
    }

    Wheel(long slotMs, long nowMs) {
        this.slotMs = slotMs;
        this.lookedAt = nowMs / slotMs;
        for (int i = 0; i < SLOTS; i++) slots.add(new ArrayList<>(0));
    }

    Timer at(long atMs, Timed timed) {
        Timer timer = new Asked(atMs, timed);
        add(timer);
        return timer;
    }

    void add(Timer timer) {
        // The first slot that begins no earlier than the timer is due. Never the one being looked at, or one already
        // passed: it would wait for a whole turn of the wheel.
        long slot = Math.max(Math.ceilDiv(timer.atMs, slotMs), lookedAt + 1);
        slots.get((int) (slot % SLOTS)).add(timer);
    }

    /// Asks everybody whose time has come. A clock that jumps back delays timers, one that jumps ahead calls all.
    void advance(long nowMs) {
        long now = nowMs / slotMs;
        long from = Math.max(lookedAt + 1, now - SLOTS + 1);
        lookedAt = Math.max(lookedAt, now);
        for (long slot = from; slot <= now; slot++) look((int) (slot % SLOTS), nowMs);
    }

    private void look(int slot, long nowMs) {
        List<Timer> timers = slots.get(slot);
        if (timers.isEmpty()) return;
        slots.set(slot, new ArrayList<>(0));
        int next = 0;
        try {
            while (next < timers.size()) ask(slot, timers.get(next++), nowMs);
        } finally {
            // One that threw must not take the others with it.
            while (next < timers.size()) add(timers.get(next++));
        }
    }

    private void ask(int slot, Timer timer, long nowMs) {
        if (timer.atMs == OFF) return;
        if (timer.atMs > nowMs) { // Of a later turn of the wheel.
            slots.get(slot).add(timer);
            return;
        }
        timer.atMs = timer.due(nowMs);
        if (timer.atMs > nowMs) add(timer);
    }
}
