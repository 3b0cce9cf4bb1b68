package dev.sluice.server.http;

/// A request and its answer, as an access log shows them: nothing of it is a secret.
///
/// @param path      without the query, which may have a token; percent-encoded; "-" if the request could not be read
/// @param status    499 if the client disconnected before the answer
/// @param bytes     of the answer's body; 0 of a stream, which has only begun
/// @param ns        from the request's head to the answer, or to the head of a stream
/// @param principal "" for anonymous callers
/// @param address   of the client
public record AccessLogEntry(
        String method, String path, int status, long bytes, long ns, String principal, String address) {}
