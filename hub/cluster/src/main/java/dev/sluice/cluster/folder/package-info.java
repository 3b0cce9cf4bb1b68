/// The small files in a node's folder, each written in one step. Read [NodeFile] first.
@NullMarked
package dev.sluice.cluster.folder;

import org.jspecify.annotations.NullMarked;
