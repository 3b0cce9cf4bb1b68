package dev.sluice.core.store;

import java.time.InstantSource;

/// The time that a log gives its entries: the machine's, except that it never goes back. While the machine's clock is
/// behind the newest entry, as after a start under a clock that was set wrong, the log's time goes on at half speed
/// until the clock has caught up (NTP calls that slewing). Were it to stand still, nothing would grow old meanwhile:
/// retention by age and idempotency keys would wait for as long as the clock was ahead. So both take up to twice as
/// long. For one thread at a time.
public final class SlewingClock {
    private static final int SLOWNESS = 2;

    private final InstantSource wall;
    private long lastMs;

    /// Where the slewing began, on both clocks.
    private long fromWallMs;

    private long fromMs;

    /// @param lastMs the time of the newest entry; 0: there is none
    public SlewingClock(InstantSource wall, long lastMs) {
        this.wall = wall;
        this.lastMs = lastMs;
        fromWallMs = wall.millis();
        fromMs = lastMs;
    }

    public long nowMs() {
        long wallMs = wall.millis();
        if (wallMs >= lastMs) {
            lastMs = wallMs;
            fromWallMs = wallMs;
            fromMs = wallMs;
            return lastMs;
        }
        if (wallMs < fromWallMs) { // Set back.
            fromWallMs = wallMs;
            fromMs = lastMs;
        }
        lastMs = Math.max(lastMs, fromMs + (wallMs - fromWallMs) / SLOWNESS);
        return lastMs;
    }
}
