/// The communication between the nodes of a cluster apart from the order of their log: reports on each other, and
/// messages for sessions whose connection is on another node.
@NullMarked
package dev.sluice.core.peers;

import org.jspecify.annotations.NullMarked;
