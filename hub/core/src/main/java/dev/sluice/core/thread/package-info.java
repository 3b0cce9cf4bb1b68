/// Threads that repeat a task for as long as the hub runs.
@NullMarked
package dev.sluice.core.thread;

import org.jspecify.annotations.NullMarked;
