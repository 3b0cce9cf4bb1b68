package dev.sluice.core.budget;

/// The part of a sum that one caller may hold, so that others are still served. It depends on how much is free,
/// as in switches whose ports share a buffer (dynamic thresholds, Choudhury and Hahne 1998): a caller alone may
/// hold up to `percent` of the sum, and the more callers hold much, the less each may hold. The caller that
/// holds most is refused first, and one that holds nothing is refused only when nothing is free.
///
/// With 25 %, a caller may hold a third of what is free: greedy callers that come one after the other leave 75 %,
/// 56 %, 42 % … of the sum free, and 10 % after eight of them.
///
/// @param percent the percentage of the sum, 1 to 100; with 100, a caller may hold all of it
public record FairShare(int percent) {
    public static final int PERCENT_DEFAULT = 25;

    public FairShare {
        if (percent < 1 || percent > 100) throw new IllegalArgumentException("percent is 1 to 100, was " + percent);
    }

    /// Returns true if a caller may take more of a sum that is not exhausted.
    ///
    /// @param held the part that the caller holds
    /// @param free the unused part
    public boolean permits(long held, long more, long free) {
        return held == 0 || (held + more) * (100 - percent) <= free * percent;
    }
}
