/**
 * The client for Java 17 and later: publish to a hub, and follow its channels over any transport without losing or
 * repeating an event. Needs nothing but the JDK. Begin with {@link dev.sluice.client.SluiceClient}; how a subscription
 * holds on to its place is told in one loop, in {@link dev.sluice.client.Subscription}.
 */
@NullMarked
package dev.sluice.client;

import org.jspecify.annotations.NullMarked;
