/// Programs that the launcher runs once after a build to speed up later starts. They are not part of a hub.
@NullMarked
package dev.sluice.app.launcher;

import org.jspecify.annotations.NullMarked;
