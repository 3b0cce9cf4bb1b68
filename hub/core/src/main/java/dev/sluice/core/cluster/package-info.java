/// A cluster of nodes, as the hub's programs see it: settings, certificates, reports, and what an operator can
/// do.
@NullMarked
package dev.sluice.core.cluster;

import org.jspecify.annotations.NullMarked;
