/**
 * The client for Java 17 and later: publish to a hub, and follow its channels over any transport without losing or
 * repeating an event. Needs nothing but the JDK.
 */
@NullMarked
package dev.sluice.client;

import org.jspecify.annotations.NullMarked;
