/// The staged stop of a hub: `docs/protocol.md` §5. Read [dev.sluice.server.drain.DrainGate] first.
@NullMarked
package dev.sluice.server.drain;

import org.jspecify.annotations.NullMarked;
