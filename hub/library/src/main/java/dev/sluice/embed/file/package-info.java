/// Files that a program serves.
@NullMarked
package dev.sluice.embed.file;

import org.jspecify.annotations.NullMarked;
