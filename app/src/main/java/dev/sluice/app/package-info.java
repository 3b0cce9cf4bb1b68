/// The program `sluice`: its [commands][dev.sluice.app.command], its [configuration][dev.sluice.app.config]
/// and the wiring, the only place that knows all modules. [dev.sluice.app.Main] is where it begins; read
/// [dev.sluice.app.command.Sluice] first.
@NullMarked
package dev.sluice.app;

import org.jspecify.annotations.NullMarked;
