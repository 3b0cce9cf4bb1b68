package dev.sluice.lab.report;

/// The consequences of a cut line.
///
/// @param cutSeconds    for how long it was cut
/// @param medianSeconds from the mended line to the first new event, of half of the clients
/// @param maxSeconds    the same, of all clients
/// @param lost          deliveries that never came
/// @param repeated      deliveries that came again
public record RecoveryReport(double cutSeconds, double medianSeconds, double maxSeconds, long lost, long repeated) {}
