package dev.sluice.load;

/// The load's clock and the measured interval. All events are checked;
/// those scheduled or received within the interval are measured.
///
/// @param startNs System.nanoTime when the load began
/// @param fromUs  start of the measurement, after the warm-up
record Window(long startNs, int fromUs, int toUs) {
    int nowUs() {
        return (int) ((System.nanoTime() - startNs) / 1_000); // 31 bits are 35 minutes.
    }

    /// Returns true for an event scheduled or received within the interval. A server that lags delivers events of the
    /// warm-up within it, and events of the interval after it. Both belong to its latency.
    boolean counts(int dueUs, int receivedUs) {
        return contains(dueUs) || contains(receivedUs);
    }

    private boolean contains(int us) {
        return us >= fromUs && us < toUs;
    }
}
