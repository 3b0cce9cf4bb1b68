/// Publishing to another hub, as used by the agent and the mirror. Start with [HubSender].
@NullMarked
package dev.sluice.sense.link;

import org.jspecify.annotations.NullMarked;
