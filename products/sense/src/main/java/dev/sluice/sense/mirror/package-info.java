/// With `--hub`: what Sense publishes goes on to a hub elsewhere, and the samples of agents come from there. Read
/// [HubMirror] first.
@NullMarked
package dev.sluice.sense.mirror;

import org.jspecify.annotations.NullMarked;
