/// The answers to an operator's questions: which streams there are, what a trace has recorded, and which readers
/// have passed an event.
@NullMarked
package dev.sluice.core.delivery.operator;

import org.jspecify.annotations.NullMarked;
