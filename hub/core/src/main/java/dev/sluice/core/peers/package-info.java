/// What nodes of a cluster know of each other, and ask each other besides the order of their log.
@NullMarked
package dev.sluice.core.peers;

import org.jspecify.annotations.NullMarked;
