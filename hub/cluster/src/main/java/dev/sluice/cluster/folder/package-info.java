/// The small files in a node's folder, each replaced atomically. Read [NodeFile] first.
@NullMarked
package dev.sluice.cluster.folder;

import org.jspecify.annotations.NullMarked;
