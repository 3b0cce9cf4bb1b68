/**
 * The client for Java 17 and later: publishes to a hub and subscribes to its channels over any transport without losing
 * or repeating an event. Depends on the JDK only. Start with {@link dev.sluice.client.SluiceClient}; the loop in {@link
 * dev.sluice.client.Subscription} shows how a subscription resumes after lost connections.
 */
@NullMarked
package dev.sluice.client;

import org.jspecify.annotations.NullMarked;
