package dev.sluice.server.http.h2;

import java.util.concurrent.TimeUnit;

/// Limits the frames of one connection that cost the server an answer and the client nothing: PING (CVE-2019-9512)
/// and SETTINGS (CVE-2019-9515).
final class FrameRate {
    /// Clients that measure the connection by PING send a few per second.
    static final int FRAMES_MAX = 1000;

    private static final long WINDOW_NS = TimeUnit.SECONDS.toNanos(10);

    private long beganNs;
    private int frames;

    /// Counts a frame.
    ///
    /// @return false if there were too many in the current window
    boolean admits(long nowNs) {
        if (frames == 0 || nowNs - beganNs > WINDOW_NS) {
            beganNs = nowNs;
            frames = 0;
        }
        return ++frames <= FRAMES_MAX;
    }
}
