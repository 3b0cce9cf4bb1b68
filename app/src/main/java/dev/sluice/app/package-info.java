/// The program `sluice`: its [commands][dev.sluice.app.command], its
/// [configuration][dev.sluice.app.config] and the wiring, the only place that knows all modules.
/// [dev.sluice.app.Main] is the entry point; read [dev.sluice.app.command.RootCommand] first. The programs
/// that run once [after a build][dev.sluice.app.launcher] are separate.
@NullMarked
package dev.sluice.app;

import org.jspecify.annotations.NullMarked;
