/// Who is subscribed to which channel now, kept as events of a channel beside it. A
/// [dev.sluice.core.presence.Presence] counts connections, waits until somebody has really gone, and writes what
/// changed in batches to the [dev.sluice.core.presence.Shadow] of the channel, which is read like any other.
/// `docs/decisions/0012-presence-is-a-shadow.md` has the reasons. Read `Presence` first.
@NullMarked
package dev.sluice.core.presence;

import org.jspecify.annotations.NullMarked;
