/// The configuration of a running hub, for its operator: what is in force, and reading it again.
/// `docs/protocol.md` §5. Read [dev.sluice.server.reload.RunningConfiguration] first; who puts what in force
/// is up to the program around the server.
@NullMarked
package dev.sluice.server.reload;

import org.jspecify.annotations.NullMarked;
