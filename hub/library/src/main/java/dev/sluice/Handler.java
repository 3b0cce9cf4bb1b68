package dev.sluice;

/// Code of a program that handles a connection, a message or an event.
///
/// @param <T> the type of the handled value
@FunctionalInterface
public interface Handler<T> {
    /// Runs on a virtual thread and may block. An exception is logged and ends only the connection or subscription
    /// that it belongs to; [InterruptedException] and [ClientGoneException] are a normal end.
    void handle(T value) throws Exception;
}
