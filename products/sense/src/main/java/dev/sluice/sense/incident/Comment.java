package dev.sluice.sense.incident;

import java.time.Instant;

/// A person's comment on an incident.
public record Comment(Instant at, String author, String text) {}
