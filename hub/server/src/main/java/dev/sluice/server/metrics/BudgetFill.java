package dev.sluice.server.metrics;

/// How full a budget is: the part that all clients together use, and its limit.
///
/// @param isBytes true if bytes are counted, false if items are counted
public record BudgetFill(String name, boolean isBytes, long used, long max) {
    /// Returns true if the budget has a limit.
    public boolean isLimited() {
        return max < Long.MAX_VALUE && max > 0;
    }

    double ratio() {
        return (double) used / max;
    }
}
