/// The common parts of all commands: output and exit codes, access to a hub, signals, options.
@NullMarked
package dev.sluice.app.cli;

import org.jspecify.annotations.NullMarked;
