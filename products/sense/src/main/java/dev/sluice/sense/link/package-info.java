/// Publishing to a hub elsewhere, as the agent and the mirror do. Read [HubSender] first.
@NullMarked
package dev.sluice.sense.link;

import org.jspecify.annotations.NullMarked;
