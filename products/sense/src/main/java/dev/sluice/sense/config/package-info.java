/// The configuration: checks, notifiers and settings from `sense.toml` and from JSON, read by the same code.
/// Start with [Fields] and [CheckDefinition].
@NullMarked
package dev.sluice.sense.config;

import org.jspecify.annotations.NullMarked;
