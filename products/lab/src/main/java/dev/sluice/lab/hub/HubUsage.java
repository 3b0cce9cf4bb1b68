package dev.sluice.lab.hub;

/// The processor time of a process so far, and its memory now.
///
/// @param cpuNs    of all threads but the compiler's, in user and kernel mode
/// @param rssBytes resident memory
public record HubUsage(long cpuNs, long rssBytes) {}
