package dev.sluice.server.limit;

import java.util.concurrent.TimeUnit;

/// The delay of an address after failed logins: none after the first few, because people mistype, then twice as
/// long each time. Some minutes without failures reset it. May be used from any thread.
final class LoginDelay implements ClientTable.Buckets {
    private static final int FREE = 3;
    private static final long FIRST_NS = TimeUnit.SECONDS.toNanos(1);
    private static final int DOUBLINGS_MAX = 5;
    private static final long FORGET_NS = TimeUnit.MINUTES.toNanos(5);

    private int failures;
    private long lastNs;

    LoginDelay(long nowNs) {
        lastNs = nowNs;
    }

    /// @return the nanoseconds to wait; 0 or less if there is no delay
    synchronized long waitNs(long nowNs) {
        forget(nowNs);
        if (failures < FREE) return 0;
        long delayNs = FIRST_NS << Math.min(failures - FREE, DOUBLINGS_MAX);
        return lastNs + delayNs - nowNs;
    }

    synchronized void failed(long nowNs) {
        forget(nowNs);
        failures++;
        lastNs = nowNs;
    }

    synchronized void succeeded() {
        failures = 0;
    }

    private void forget(long nowNs) {
        if (nowNs - lastNs > FORGET_NS) failures = 0;
    }

    @Override
    public synchronized boolean isFull(long nowNs) {
        forget(nowNs);
        return failures == 0;
    }
}
