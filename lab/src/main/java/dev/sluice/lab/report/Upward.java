package dev.sluice.lab.report;

/// The fate of the events that clients published.
///
/// @param arrived in the measurement
/// @param latency from the sending to the arrival at a reader beside the hub
/// @param lost    that were sent and never arrived, of the whole run
public record Upward(long arrived, Latency latency, long lost) {}
