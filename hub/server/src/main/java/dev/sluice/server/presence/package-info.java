/// Presence for clients: members that join with a subscription, subscribers that watch, and the list of members. The
/// mechanism is in [dev.sluice.core.presence.Presence]; read [dev.sluice.server.presence.PresenceParameters] first.
@NullMarked
package dev.sluice.server.presence;

import org.jspecify.annotations.NullMarked;
