package dev.sluice.server.metrics;

/// How full a budget is: what all clients together take of it, and may take.
///
/// @param isBytes whether bytes are counted, or items
public record BudgetFill(String name, boolean isBytes, long used, long max) {
    /// Whether there is a limit.
    public boolean isLimited() {
        return max < Long.MAX_VALUE && max > 0;
    }

    double ratio() {
        return (double) used / max;
    }
}
