/// What the launcher runs once after a build, so that every start after it is quick: nothing of it is part of a hub.
@NullMarked
package dev.sluice.app.launcher;

import org.jspecify.annotations.NullMarked;
