package dev.sluice.spring;

import org.jspecify.annotations.Nullable;

/// Events that a subscription asked for and that are gone. The subscription continues at `resume`.
///
/// @param after  the cursor after which events are missing, if known
/// @param resume the cursor at which the subscription continues
/// @param reason `trimmed` by retention, `epoch` (another life of the log), `deleted` with the channel, or
///               `skipped`
public record SluiceGap(@Nullable String after, String resume, String reason) {}
