/// A configuration that is read again while the hub runs.
@NullMarked
package dev.sluice.embed.reload;

import org.jspecify.annotations.NullMarked;
