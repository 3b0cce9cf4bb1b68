/// Channels as a hub sees them: who creates them, how they end, how they are listed; and watches on grants.
@NullMarked
package dev.sluice.core.delivery.channel;

import org.jspecify.annotations.NullMarked;
