package dev.sluice.core.log;

import dev.sluice.core.event.Draft;

/// A draft and what must hold for it.
public record Publication(Draft draft, Conditions conditions) {}
