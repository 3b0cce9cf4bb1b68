/// The answers to an operator's questions: streams, traces, and how far a delivery is.
@NullMarked
package dev.sluice.core.delivery.operator;

import org.jspecify.annotations.NullMarked;
