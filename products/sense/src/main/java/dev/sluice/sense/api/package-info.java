/// The JSON API below `/sense/api`. Start with [SenseApi].
///
/// An operation is a line in [SenseApi]; its schemas are in `schemas.json`.
@NullMarked
package dev.sluice.sense.api;

import org.jspecify.annotations.NullMarked;
