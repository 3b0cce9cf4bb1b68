/// A running system's output, published and watched live, with every program in a process of its own. Read
/// [dev.sluice.app.live.RunningSystemTest] first.
@NullMarked
package dev.sluice.app.live;

import org.jspecify.annotations.NullMarked;
