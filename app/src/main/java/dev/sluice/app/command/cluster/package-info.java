/// The commands of a cluster.
@NullMarked
package dev.sluice.app.command.cluster;

import org.jspecify.annotations.NullMarked;
