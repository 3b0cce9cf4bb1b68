package dev.sluice.client;

/** Takes what a subscription brings, on the subscription's own thread, one after the other; may block, and so holds back. */
@FunctionalInterface
public interface Listener {
    /** What is thrown here ends the subscription and stands in {@link Follower#ended}. */
    void message(Message message);

    /** The line came, lives, or was lost. */
    default void status(Status status) {}
}
