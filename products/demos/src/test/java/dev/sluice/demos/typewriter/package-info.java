/// Tests of the typewriter in a browser and with a model server. Start with `TypewriterTest`.
@NullMarked
package dev.sluice.demos.typewriter;

import org.jspecify.annotations.NullMarked;
