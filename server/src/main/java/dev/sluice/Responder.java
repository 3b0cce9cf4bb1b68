package dev.sluice;

/// Answers a plain HTTP request.
@FunctionalInterface
public interface Responder {
    /// Runs on a virtual thread and may block; it is interrupted if the client leaves. What it throws is
    /// logged, and answered with status 500.
    Response respond(Request request) throws Exception;
}
