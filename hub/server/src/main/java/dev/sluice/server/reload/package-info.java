/// The configuration of a running hub, for its operator: shows the values in force, and reloads them.
/// `docs/protocol.md` §5. Read [dev.sluice.server.reload.RunningConfiguration] first; the program around the
/// server implements it.
@NullMarked
package dev.sluice.server.reload;

import org.jspecify.annotations.NullMarked;
