/// Tests of the stage.
@NullMarked
package dev.sluice.demos.stage;

import org.jspecify.annotations.NullMarked;
