/// Presence: the clients subscribed to each channel now, recorded as events of a second channel.
/// [dev.sluice.core.presence.Presence] counts connections, lets members linger for a while after their last connection
/// ended, and writes changes in batches to the [dev.sluice.core.presence.PresenceChannel] of the channel,
/// which is read like any other channel. `docs/decisions/0013-why-presence-is-a-channel.md` has the reasons. Read
/// `Presence` first.
///
/// [MemberLeases] writes and lists members: [LogMemberLeases] on a single hub, `ReplicatedMemberLeases` on several
/// nodes.
@NullMarked
package dev.sluice.core.presence;

import org.jspecify.annotations.NullMarked;
