package dev.sluice.core.delivery.channel;

import org.jspecify.annotations.Nullable;

/// The outcome of [dev.sluice.core.delivery.Hub#deleteAll].
///
/// @param count   the number of channels that existed and were deleted, even if other deletions failed
/// @param failure the failure of one deletion; null if none failed
public record DeletionOutcome(int count, @Nullable Throwable failure) {}
