/// Channel names, patterns and selections: pure values that enforce the rules of `docs/protocol.md` §1 when they
/// are created. Read [ChannelName] first.
@NullMarked
package dev.sluice.core.channel;

import org.jspecify.annotations.NullMarked;
