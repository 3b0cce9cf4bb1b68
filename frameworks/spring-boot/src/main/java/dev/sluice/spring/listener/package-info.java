/// Methods that receive events. Begin with [SluiceListener].
@NullMarked
package dev.sluice.spring.listener;

import org.jspecify.annotations.NullMarked;
