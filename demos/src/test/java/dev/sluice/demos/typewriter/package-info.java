/// The typewriter with a model behind it, and in a browser. Begin with `TypewriterTest`.
@NullMarked
package dev.sluice.demos.typewriter;

import org.jspecify.annotations.NullMarked;
