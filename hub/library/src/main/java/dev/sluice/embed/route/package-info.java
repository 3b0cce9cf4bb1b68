/// The mapping from a path to a program's handler.
@NullMarked
package dev.sluice.embed.route;

import org.jspecify.annotations.NullMarked;
