package dev.sluice.core.delivery.channel;

import org.jspecify.annotations.Nullable;

/// The outcome of [dev.sluice.core.delivery.Hub#deleteAll].
///
/// @param count   the channels that existed and are deleted, also if others failed
/// @param failure of one deletion that failed; null if none did
public record DeletionOutcome(int count, @Nullable Throwable failure) {}
