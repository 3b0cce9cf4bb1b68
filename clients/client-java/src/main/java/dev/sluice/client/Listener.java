package dev.sluice.client;

/**
 * Receives the messages of a subscription, one at a time, on the subscription's own thread. It may block; the hub then
 * waits (backpressure).
 */
@FunctionalInterface
public interface Listener {
    /** Handles a message. An exception ends the subscription and completes {@link Follower#ended}. */
    void message(Message message);

    /** Handles a change of the connection: established, alive, or lost. */
    default void status(Status status) {}
}
