/// Records as bytes: numbers, texts and what is built of them, for files and for messages between nodes.
@NullMarked
package dev.sluice.core.record;

import org.jspecify.annotations.NullMarked;
