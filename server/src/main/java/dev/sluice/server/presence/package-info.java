/// Presence as clients meet it: who joins with a subscription, who watches, and the list. What it is lies in
/// [dev.sluice.core.presence.Presence]; read [dev.sluice.server.presence.Reception] first.
@NullMarked
package dev.sluice.server.presence;

import org.jspecify.annotations.NullMarked;
