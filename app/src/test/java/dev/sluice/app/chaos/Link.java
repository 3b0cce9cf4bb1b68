package dev.sluice.app.chaos;

import java.time.Duration;

/// One direction between two nodes. May be used by several threads.
final class Link {
    private boolean isCut;
    private long delayNs;

    /// Without any fault.
    private long usualDelayNs;

    synchronized void cut() {
        isCut = true;
    }

    synchronized void delay(Duration delay) {
        delayNs = delay.toNanos();
    }

    /// Delays all data by this time from now on, in addition to faults.
    synchronized void usualDelay(Duration delay) {
        usualDelayNs = delay.toNanos();
        delayNs = usualDelayNs;
    }

    synchronized void heal() {
        isCut = false;
        delayNs = usualDelayNs;
        notifyAll();
    }

    /// Waits until data that was sent at this time may arrive.
    ///
    /// @param sentNs the time of sending, by [System#nanoTime]
    synchronized void awaitArrival(long sentNs) throws InterruptedException {
        while (true) {
            long leftNs = sentNs + delayNs - System.nanoTime();
            if (isCut) wait();
            else if (leftNs > 0) wait(leftNs / 1_000_000 + 1);
            else return;
        }
    }
}
