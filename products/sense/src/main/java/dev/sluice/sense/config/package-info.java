/// The configuration of people: checks, notifiers and settings, from `sense.toml` and from JSON, read by the
/// same code. Read [Fields] and [CheckDefinition] first.
@NullMarked
package dev.sluice.sense.config;

import org.jspecify.annotations.NullMarked;
