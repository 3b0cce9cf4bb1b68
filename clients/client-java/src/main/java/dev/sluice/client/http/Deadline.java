package dev.sluice.client.http;

import java.time.Duration;
import java.time.Instant;

/**
 * A deadline on two clocks, of which the faster counts: the wall clock may be set back, and the other may stop while the
 * computer sleeps. Immutable.
 */
public final class Deadline {
    private final Clock time;
    private final Instant wall;
    private final long nanoTime;

    Deadline(Clock time, Duration fromNow) {
        this.time = time;
        wall = time.instant().plus(fromNow);
        nanoTime = time.nanoTime() + Clock.nanos(fromNow);
    }

    /** Returns the time until then; negative afterwards. */
    public Duration remaining() {
        var onWall = Duration.between(time.instant(), wall);
        var other = Duration.ofNanos(nanoTime - time.nanoTime());
        return onWall.compareTo(other) < 0 ? onWall : other;
    }
}
