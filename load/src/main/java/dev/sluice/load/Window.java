package dev.sluice.load;

/// The load's clock, and which part of the time counts: what is due or comes between these is measured, all is checked.
///
/// @param startNs System.nanoTime when the load began
/// @param fromUs  behind the warm-up
record Window(long startNs, int fromUs, int toUs) {
    int nowUs() {
        return (int) ((System.nanoTime() - startNs) / 1_000); // 32 bits are 35 minutes.
    }

    /// Due or come within: a server that is behind since the warm-up delivers late what was due then, and
    /// what is due now when all is over. Both are its latency.
    boolean counts(int dueUs, int comeUs) {
        return contains(dueUs) || contains(comeUs);
    }

    private boolean contains(int us) {
        return us >= fromUs && us < toUs;
    }
}
