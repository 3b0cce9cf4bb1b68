package dev.sluice.lab.report;

/// The effect of a cut line.
///
/// @param cutSeconds    how long the line was cut
/// @param medianSeconds the time from the end of the cut until half of the clients had received a new event
/// @param maxSeconds    the time from the end of the cut until all clients had received a new event
/// @param lost          deliveries that never arrived
/// @param repeated      deliveries that arrived again
public record RecoveryReport(double cutSeconds, double medianSeconds, double maxSeconds, long lost, long repeated) {}
