package dev.sluice;

/// Answers a plain HTTP request.
@FunctionalInterface
public interface Responder {
    /// Runs on a virtual thread and may block. The thread is interrupted if the client disconnects. An exception is
    /// logged and answered with status 500.
    Response respond(Request request) throws Exception;
}
