/// Keeps true who may depend on whom (docs/ARCHITECTURE.md). It stands in app, the one module that sees all others.
/// The arrows themselves are in [dev.sluice.app.arrows.Arrows].
@NullMarked
package dev.sluice.app.arrows;

import org.jspecify.annotations.NullMarked;
