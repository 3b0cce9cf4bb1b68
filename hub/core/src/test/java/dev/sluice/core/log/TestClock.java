package dev.sluice.core.log;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.atomic.AtomicLong;

/// A clock that moves only when a test advances it.
public final class TestClock implements InstantSource {
    /// 2026-11-20T08:00:00Z, so that no test depends on today.
    public static final long BEGIN_MS = 1_795_161_600_000L;

    private final AtomicLong nowMs = new AtomicLong(BEGIN_MS);

    public void advance(Duration by) {
        nowMs.addAndGet(by.toMillis());
    }

    public void set(long nowMs) {
        this.nowMs.set(nowMs);
    }

    @Override
    public long millis() {
        return nowMs.get();
    }

    @Override
    public Instant instant() {
        return Instant.ofEpochMilli(millis());
    }
}
