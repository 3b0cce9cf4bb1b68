package dev.sluice.server.http;

/// A request and its answer as an access log shows them. No component contains a secret.
///
/// @param path      without the query, which may contain a token; percent-encoded; "-" if the request could not
///                  be read
/// @param status    499 if the connection ended before the answer, or in the middle of it
/// @param bytes     the size of the answer's body; if it is unfinished, what was written of one that is sent in
///                  pieces, otherwise 0; 0 for a stream, which has only begun
/// @param ns        nanoseconds from the request's head to the answer, or to the head of a stream
/// @param principal "" for anonymous callers
/// @param address   of the client
public record AccessLogEntry(
        String method, String path, int status, long bytes, long ns, String principal, String address) {}
