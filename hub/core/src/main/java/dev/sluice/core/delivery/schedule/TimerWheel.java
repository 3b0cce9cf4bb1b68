package dev.sluice.core.delivery.schedule;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The timers of one event loop: many, coarse, never early. A timer costs one entry in a list.
public final class TimerWheel {
    /// Called when its time has come.
    @FunctionalInterface
    public interface Callback {
        /// @return the time of the next call by the wheel's clock; a time that is not later than `nowMs` means
        ///         never
        long due(long nowMs);
    }

    public static final long NEVER = 0;
    private static final long CANCELLED = Long.MIN_VALUE;
    private static final int SLOTS = 256;
    private final long slotMs;
    private final List<List<Timer>> slots = new ArrayList<>(SLOTS);
    private long currentSlot;

    /// A timer on a wheel. A cancelled timer is removed when its time comes.
    public abstract static class Timer {
        private long atMs;

        protected Timer(long atMs) {
            this.atMs = atMs;
        }

        /// @return as [Callback#due]
        protected abstract long due(long nowMs);

        public void cancel() {
            atMs = CANCELLED;
        }
    }

    /// A timer that calls a function, for uses that need not save memory.
    private static final class CallbackTimer extends Timer {
        private @Nullable Callback callback;

        CallbackTimer(long atMs, Callback callback) {
            super(atMs);
            this.callback = callback;
        }

        @Override
        protected long due(long nowMs) {
            return callback == null ? NEVER : callback.due(nowMs);
        }

        @Override
        public void cancel() {
            super.cancel();
            callback = null; // At once: it may hold much memory.
        }
    }

    public TimerWheel(long slotMs, long nowMs) {
        this.slotMs = slotMs;
        this.currentSlot = nowMs / slotMs;
        for (int i = 0; i < SLOTS; i++) slots.add(new ArrayList<>(0));
    }

    public Timer at(long atMs, Callback callback) {
        Timer timer = new CallbackTimer(atMs, callback);
        add(timer);
        return timer;
    }

    public void add(Timer timer) {
        // The first slot that begins no earlier than the timer is due, but never the current slot or one already
        // passed: the timer would wait for a whole turn of the wheel.
        long slot = Math.max(Math.ceilDiv(timer.atMs, slotMs), currentSlot + 1);
        slots.get((int) (slot % SLOTS)).add(timer);
    }

    /// Runs all timers that are due. A clock that jumps back delays timers; one that jumps ahead runs all
    /// of them.
    public void advance(long nowMs) {
        long now = nowMs / slotMs;
        long from = Math.max(currentSlot + 1, now - SLOTS + 1);
        currentSlot = Math.max(currentSlot, now);
        for (long slot = from; slot <= now; slot++) runSlot((int) (slot % SLOTS), nowMs);
    }

    private void runSlot(int slot, long nowMs) {
        List<Timer> timers = slots.get(slot);
        if (timers.isEmpty()) return;
        slots.set(slot, new ArrayList<>(0));
        int next = 0;
        try {
            while (next < timers.size()) runTimer(slot, timers.get(next++), nowMs);
        } finally {
            // A timer that throws must not lose the others.
            while (next < timers.size()) add(timers.get(next++));
        }
    }

    private void runTimer(int slot, Timer timer, long nowMs) {
        if (timer.atMs == CANCELLED) return;
        if (timer.atMs > nowMs) { // Due in a later turn of the wheel.
            slots.get(slot).add(timer);
            return;
        }
        timer.atMs = timer.due(nowMs);
        if (timer.atMs > nowMs) add(timer);
    }
}
