/// Checks the dependencies between modules and packages (docs/ARCHITECTURE.md). It is in app, the only module that
/// sees all others. The allowed dependencies are in [dev.sluice.app.arrows.Arrows].
@NullMarked
package dev.sluice.app.arrows;

import org.jspecify.annotations.NullMarked;
