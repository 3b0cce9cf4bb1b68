/// Records as bytes: numbers, texts and structures of them, for files and for messages between nodes.
@NullMarked
package dev.sluice.core.record;

import org.jspecify.annotations.NullMarked;
