/// The names of channels and the selections that readers make of them. Pure values with the rules of
/// `docs/protocol.md` §1 built in: what exists as an object here is valid. Read [ChannelName] first.
@NullMarked
package dev.sluice.core.channel;

import org.jspecify.annotations.NullMarked;
