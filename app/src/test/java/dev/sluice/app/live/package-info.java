/// A running system's own output, published and watched as it comes, every program in a process of its own. Everything
/// begins in [dev.sluice.app.live.RunningSystemTest].
@NullMarked
package dev.sluice.app.live;

import org.jspecify.annotations.NullMarked;
