/// The program `sluice`: its command line, its configuration and the wiring, the only place that knows all modules.
/// Begin with [dev.sluice.app.Main].
@NullMarked
package dev.sluice.app;

import org.jspecify.annotations.NullMarked;
