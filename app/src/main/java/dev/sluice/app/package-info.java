/// The program `sluice`: its [commands][dev.sluice.app.command], its [configuration][dev.sluice.app.config]
/// and the wiring, the only place that knows all modules. [dev.sluice.app.Main] is where it begins; read
/// [dev.sluice.app.command.Sluice] first. What is run once [after a build][dev.sluice.app.launcher] is no part of it.
@NullMarked
package dev.sluice.app;

import org.jspecify.annotations.NullMarked;
