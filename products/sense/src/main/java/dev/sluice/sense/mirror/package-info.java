/// The connection for `--hub`: what Sense publishes is forwarded to another hub, and the samples of agents
/// come from there. Start with [HubMirror].
@NullMarked
package dev.sluice.sense.mirror;

import org.jspecify.annotations.NullMarked;
