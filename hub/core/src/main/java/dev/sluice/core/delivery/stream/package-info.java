/// A stream as others see it: what it subscribes to, what it writes, how it ends.
@NullMarked
package dev.sluice.core.delivery.stream;

import org.jspecify.annotations.NullMarked;
