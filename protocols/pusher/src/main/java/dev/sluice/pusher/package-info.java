/// The Pusher Channels protocol over the channels of a hub: a socket's subscription is a cursor. Start with
/// [dev.sluice.pusher.Pusher]; `docs/pusher.md` has the mapping and its reasons.
@NullMarked
package dev.sluice.pusher;

import org.jspecify.annotations.NullMarked;
