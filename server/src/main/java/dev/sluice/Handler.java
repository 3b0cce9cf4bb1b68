package dev.sluice;

/// Code of a program that is given something to work with: a connection, a message, an event.
///
/// @param <T> what it is given
@FunctionalInterface
public interface Handler<T> {
    /// Runs on a virtual thread and may block. What it throws is logged and ends its connection or
    /// subscription alone; [InterruptedException] and [ClientGone] are a normal end.
    void handle(T given) throws Exception;
}
