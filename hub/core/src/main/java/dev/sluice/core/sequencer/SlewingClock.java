package dev.sluice.core.sequencer;

import java.time.InstantSource;

/// The clock that gives a log's commands their times: the machine's clock, except that it never goes back.
/// While the machine's clock is behind the newest entry, for example after it was set wrong, the log's time
/// advances at half speed until the machine has caught up (slewing, as in NTP). If it stopped instead,
/// retention by age and idempotency keys would not expire for as long as the clock was ahead; with slewing
/// they take at most twice as long. For one thread at a time.
public final class SlewingClock {
    private static final int SLOWNESS = 2;

    private final InstantSource wall;
    private long lastMs;

    /// The start of the slewing, on both clocks.
    private long fromWallMs;

    private long fromMs;

    /// @param lastMs the time of the newest entry; 0 if the log is empty
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
        if (wallMs < fromWallMs) { // The machine's clock was set back.
            fromWallMs = wallMs;
            fromMs = lastMs;
        }
        lastMs = Math.max(lastMs, fromMs + (wallMs - fromWallMs) / SLOWNESS);
        return lastMs;
    }
}
