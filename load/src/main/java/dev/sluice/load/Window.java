package dev.sluice.load;

/// The load's clock, and which part of the time counts: what is due between these is measured, all is checked.
///
/// @param startNs System.nanoTime when the load began
/// @param fromUs  behind the warm-up
record Window(long startNs, int fromUs, int toUs) {
    int nowUs() {
        return (int) ((System.nanoTime() - startNs) / 1_000); // 32 bits are 35 minutes.
    }

    boolean contains(int us) {
        return us >= fromUs && us < toUs;
    }
}
