package dev.sluice.core.log;

/// The entries that a changed retention rule would delete, of the channels that it applies to.
///
/// @param pattern the pattern of the rule
/// @param channels the number of channels that would lose events
/// @param events   the number of events and ends of channels, including those that the log may still keep as the
///                 newest of their keys
/// @param bytes    their bytes, as limits count them
/// @param isAtLeast whether there may be more: counting stops at a million events
public record RetentionLoss(String pattern, long channels, long events, long bytes, boolean isAtLeast) {}
