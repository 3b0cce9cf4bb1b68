/// A running system's output, published and watched live, with every program in a separate process. Read
/// [dev.sluice.app.live.RunningSystemTest] first.
@NullMarked
package dev.sluice.app.live;

import org.jspecify.annotations.NullMarked;
