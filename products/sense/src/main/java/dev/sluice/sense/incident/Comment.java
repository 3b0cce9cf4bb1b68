package dev.sluice.sense.incident;

import java.time.Instant;

/// A remark of a person about an incident.
public record Comment(Instant at, String author, String text) {}
